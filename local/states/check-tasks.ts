import type { DefinitionProblem } from './definition-problem.ts';
import type { Machine, TaskState } from './definition-schema.ts';
import { invokeArguments } from './invoke-arguments.ts';
import type { Json } from './json.ts';
import { parseResource, type Resource } from './resource.ts';
import { expressionSource, templateStrings } from './template.ts';
import { updateItemRequest } from './update-item.ts';

/** Resources that this runner has, and arguments that they take, as far as both can be known before anything runs. */
export function checkTasks(machine: Machine): DefinitionProblem[] {
  return Object.entries(machine.States).flatMap(([name, state]) => (state.Type === 'Task' ? checkTask(`/States/${name}`, state) : []));
}

function checkTask(path: string, state: TaskState): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    problems.push({ path: `${path}/HeartbeatSeconds`, message: "must be smaller than 'TimeoutSeconds'" });
  }
  const resource = parseResource(state.Resource);
  if (typeof resource === 'string') return [...problems, { path: `${path}/Resource`, message: resource }];

  const args = state.Arguments;
  if (resource.kind === 'dynamodb-update-item' && resource.waitForTaskToken && !mentionsToken(args)) {
    problems.push({ path: `${path}/Arguments`, message: 'nobody can end this wait: no expression passes $states.context.Task.Token on' });
  }
  if (args === undefined || isOpen(args)) return problems;
  return [...problems, ...argumentProblems(resource, args).map(({ path: at, message }) => ({ path: `${path}/Arguments${at === '' ? '' : `/${at}`}`, message }))];
}

function argumentProblems(resource: Resource, args: Json): { path: string; message: string }[] {
  if (resource.kind === 'lambda-invoke') return invokeArguments(args, isOpen).problems;
  return resource.kind === 'dynamodb-update-item' ? updateItemRequest(args, isOpen).problems : [];
}

function isOpen(value: Json): boolean {
  return expressionSource(value) !== undefined;
}

function mentionsToken(args: Json | undefined): boolean {
  if (args === undefined) return false;
  return [...templateStrings(args, '')].some(({ text }) => /\$states\s*\.\s*context/u.test(expressionSource(text) ?? ''));
}
