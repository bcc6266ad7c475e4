import type { DefinitionProblem } from './definition-problem.ts';
import type { Machine, State } from './definition-schema.ts';

interface Transition {
  /** Field below the state that names the target. */
  readonly field: string;
  readonly target: string;
}

/** Where a state can lead. */
function transitionsOf(state: State): Transition[] {
  const found: { field: string; target: string | undefined }[] = [];
  if ('Next' in state) found.push({ field: 'Next', target: state.Next });
  if (state.Type === 'Task') found.push(...(state.Catch ?? []).map((catcher, index) => ({ field: `Catch[${index}]/Next`, target: catcher.Next })));
  if (state.Type === 'Choice') {
    found.push(...state.Choices.map((rule, index) => ({ field: `Choices[${index}]/Next`, target: rule.Next })));
    found.push({ field: 'Default', target: state.Default });
  }
  return found.flatMap(({ field, target }) => (target === undefined ? [] : [{ field, target }]));
}

function isTerminal(state: State): boolean {
  return state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true);
}

/** Every transition has a target, every state can be reached, and from every state an end can be reached. */
export function checkTransitions(machine: Machine): DefinitionProblem[] {
  const states = new Map(Object.entries(machine.States));
  const problems: DefinitionProblem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });

  if (!states.has(machine.StartAt)) report('/StartAt', `there is no state '${machine.StartAt}'`);
  for (const [name, state] of states) {
    for (const { field, target } of transitionsOf(state)) {
      if (!states.has(target)) report(`/States/${name}/${field}`, `there is no state '${target}'`);
    }
    if (state.Type !== 'Choice' && state.Type !== 'Succeed' && state.Type !== 'Fail' && (state.Next === undefined) === (state.End === undefined)) {
      report(`/States/${name}`, "needs either 'Next' or 'End'");
    }
    if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
      report(`/States/${name}`, "needs either 'Seconds' or 'Timestamp'");
    }
  }
  if (problems.length > 0) return problems;

  const forward = new Map([...states].map(([name, state]) => [name, transitionsOf(state).map(({ target }) => target)]));
  const backward = new Map([...states.keys()].map((name) => [name, [...forward].filter(([, targets]) => targets.includes(name)).map(([from]) => from)]));
  const reached = closure([machine.StartAt], forward);
  const ending = closure([...states].filter(([, state]) => isTerminal(state)).map(([name]) => name), backward);
  for (const name of states.keys()) {
    if (!reached.has(name)) report(`/States/${name}`, 'no state leads here');
    if (!ending.has(name)) report(`/States/${name}`, 'no end can be reached from here');
  }
  return problems;
}

function closure(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set(from);
  for (const name of seen) for (const target of edges.get(name) ?? []) seen.add(target);
  return seen;
}
