import type { DefinitionProblem } from './definition-problem.ts';
import type { Machine, State } from './definition-schema.ts';
import { expressionReferences, type ExpressionReferences } from './expression-references.ts';
import type { Json } from './json.ts';
import { functionNames } from './jsonata-functions.ts';
import { jsonataMessage } from './query.ts';
import { expressionSource, templateStrings } from './template.ts';

/** What `$states` holds where a field is evaluated, beside `input` and `context`. */
interface Sight {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
  readonly taskToken?: boolean;
}

interface Field {
  readonly location: string;
  readonly template: Json | undefined;
  readonly sight: Sight;
}

/** The context object, as far as this runner fills it. */
const contextMembers: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'RedriveCount', 'RoleArn', 'StartTime'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Task: ['Token'],
};

/**
 * Every JSONata expression of a definition: that it parses, and that all it names exists.
 * AWS lets an unassigned variable pass and fails at run time, or drops a member in silence; a typing error is refused here.
 */
export function checkExpressions(machine: Machine): DefinitionProblem[] {
  const variables = new Set(Object.values(machine.States).flatMap(assignedBy));
  return Object.entries(machine.States).flatMap(([name, state]) =>
    fieldsOf(state).flatMap(({ location, template, sight }) =>
      template === undefined ? [] : checkField(template, location, sight, variables).map(({ path, message }) => ({ path: `/States/${name}/${path}`, message })),
    ),
  );
}

function assignedBy(state: State): string[] {
  const assigns = ['Assign' in state ? state.Assign : undefined];
  if (state.Type === 'Task') assigns.push(...(state.Catch ?? []).map((catcher) => catcher.Assign));
  if (state.Type === 'Choice') assigns.push(...state.Choices.map((rule) => rule.Assign));
  return assigns.flatMap((assign) => Object.keys(assign ?? {}));
}

function fieldsOf(state: State): Field[] {
  const field = (location: string, template: Json | undefined, sight: Sight = {}): Field => ({ location, template, sight });
  switch (state.Type) {
    case 'Task': {
      const isTokenWait = state.Resource.endsWith('.waitForTaskToken');
      return [
        field('Arguments', state.Arguments, { taskToken: isTokenWait }),
        field('TimeoutSeconds', state.TimeoutSeconds),
        field('HeartbeatSeconds', state.HeartbeatSeconds),
        field('Assign', state.Assign, { result: true }),
        field('Output', state.Output, { result: true }),
        ...(state.Catch ?? []).flatMap((catcher, index) => [
          field(`Catch[${index}]/Assign`, catcher.Assign, { errorOutput: true }),
          field(`Catch[${index}]/Output`, catcher.Output, { errorOutput: true }),
        ]),
      ];
    }
    case 'Choice':
      return [
        ...state.Choices.flatMap((rule, index) => [
          field(`Choices[${index}]/Condition`, rule.Condition),
          field(`Choices[${index}]/Assign`, rule.Assign),
          field(`Choices[${index}]/Output`, rule.Output),
        ]),
        field('Assign', state.Assign),
        field('Output', state.Output),
      ];
    case 'Wait':
      return [field('Seconds', state.Seconds), field('Timestamp', state.Timestamp), field('Assign', state.Assign), field('Output', state.Output)];
    case 'Pass':
      return [field('Assign', state.Assign), field('Output', state.Output)];
    case 'Succeed':
      return [field('Output', state.Output)];
    case 'Fail':
      return [field('Error', state.Error), field('Cause', state.Cause)];
  }
}

function checkField(template: Json, location: string, sight: Sight, variables: ReadonlySet<string>): DefinitionProblem[] {
  return [...templateStrings(template, location)].flatMap(({ location: path, text, isKey }) =>
    (isKey ? keyProblems(text) : textProblems(text, sight, variables)).map((message) => ({ path, message })),
  );
}

function keyProblems(key: string): string[] {
  if (key.endsWith('.$')) return ["a key that ends in '.$' belongs to JSONPath"];
  return key.includes('{%') ? ['a key is not evaluated'] : [];
}

function textProblems(text: string, sight: Sight, variables: ReadonlySet<string>): string[] {
  const source = expressionSource(text);
  if (source === undefined) {
    return text.includes('{%') || text.includes('%}') ? ["an expression starts with '{%' and ends with '%}', with nothing before or after"] : [];
  }
  let references: ExpressionReferences;
  try {
    references = expressionReferences(source);
  } catch (error) {
    return [`not a JSONata expression: ${jsonataMessage(error)}`];
  }
  return [
    ...[...references.document].map((name) => `reference to '${name}' at the top level is not supported: there is no input document, use $states.input`),
    ...[...references.names].flatMap((name) => nameProblems(name, variables)),
    ...references.states.flatMap((path) => statesProblems(path, sight)),
  ];
}

function nameProblems(name: string, variables: ReadonlySet<string>): string[] {
  if (name === 'eval') return ['$eval is not supported by Step Functions; use $parse'];
  return name === 'states' || variables.has(name) || functionNames.has(name) ? [] : [`no state assigns the variable $${name}, and there is no function of that name`];
}

function statesProblems([member, ...rest]: readonly string[], sight: Sight): string[] {
  if (member === undefined || member === 'input') return [];
  if (member === 'result') return sight.result === true ? [] : ["$states.result is known only in a Task's own Assign and Output"];
  if (member === 'errorOutput') return sight.errorOutput === true ? [] : ["$states.errorOutput is known only in a Catcher's Assign and Output"];
  if (member !== 'context') return [`there is no $states.${member}`];
  return contextProblems(rest, sight);
}

function contextProblems([group, member]: readonly string[], sight: Sight): string[] {
  if (group === undefined) return [];
  const members = contextMembers[group];
  if (members === undefined || (member !== undefined && !members.includes(member))) return [`there is no $states.context.${[group, member].filter(Boolean).join('.')}`];
  if (group === 'Task' && sight.taskToken !== true) return ["$states.context.Task.Token is known only in the Arguments of a '.waitForTaskToken' state"];
  return [];
}
