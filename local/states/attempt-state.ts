import { amend } from './amend.ts';
import { attemptTask } from './attempt-task.ts';
import { timestampPattern, type ChoiceState, type State, type WaitState } from './definition-schema.ts';
import type { Run } from './engine.ts';
import { evaluateSeconds, evaluationError, fieldEvaluator, typeError, type EvaluateField } from './evaluate-field.ts';
import type { Json } from './json.ts';
import { pause } from './pause.ts';
import type { Visit } from './records.ts';
import { prepareExit, type StateExit } from './state-exit.ts';
import { StatesError } from './states-error.ts';

/** Does a state's work once, or what is left of it after a restart, and says how to leave it. Throws `StatesError`. */
export async function attemptState(run: Run, visit: Visit, state: State): Promise<StateExit> {
  if (visit.progress.kind === 'failed') throw new StatesError(visit.progress.error);
  const evaluate = fieldEvaluator(run, visit);
  switch (state.Type) {
    case 'Task': {
      const result = await attemptTask(run, visit, state);
      return prepareExit(visit, state, { evaluate: fieldEvaluator(run, visit, { result }), fallback: result, next: state.Next });
    }
    case 'Pass':
      return prepareExit(visit, state, { evaluate, fallback: visit.input, next: state.Next });
    case 'Wait':
      await pause(run, await waitUntil(run, visit, state, evaluate));
      return prepareExit(visit, state, { evaluate, fallback: visit.input, next: state.Next });
    case 'Choice':
      return choose(visit, state, evaluate);
    case 'Succeed':
      return prepareExit(visit, state, { evaluate, fallback: visit.input, next: undefined });
    case 'Fail': {
      const text = async (field: 'Error' | 'Cause') => {
        const template = state[field];
        return template === undefined ? undefined : expectText(visit, field, template, await evaluate(field, template));
      };
      throw new StatesError({ error: await text('Error'), cause: await text('Cause'), terminal: true });
    }
  }
}

function expectText(visit: Visit, field: string, template: Json, value: Json): string {
  if (typeof value === 'string') return value;
  throw typeError(visit, field, template, value, 'string');
}

/** The first rule that holds is left by its own Assign and Output; the state's own are for the Default. */
async function choose(visit: Visit, state: ChoiceState, evaluate: EvaluateField): Promise<StateExit> {
  for (const [index, rule] of state.Choices.entries()) {
    const location = `Choices[${index}]/Condition`;
    const holds = await evaluate(location, rule.Condition);
    if (typeof holds !== 'boolean') throw typeError(visit, location, rule.Condition, holds, 'boolean');
    if (holds) return prepareExit(visit, rule, { prefix: `Choices[${index}]/`, evaluate, fallback: visit.input, next: rule.Next });
  }
  if (state.Default !== undefined) return prepareExit(visit, state, { evaluate, fallback: visit.input, next: state.Default });
  // The developer guide keeps States.NoChoiceMatched for the future and reports States.Runtime.
  throw new StatesError({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state '${visit.state}' (entered at the event id #${visit.enteredEventId}). Failed to transition out of the state. The state does not point to a next state.`,
    terminal: true,
  });
}

/** The moment at which a Wait ends. Evaluated once per visit, however often the process is started. */
async function waitUntil(run: Run, visit: Visit, state: WaitState, evaluate: EvaluateField): Promise<number> {
  if (visit.progress.kind === 'waiting') return visit.progress.until;
  const until = await endOfWait(run, visit, state, evaluate);
  amend(run, { visit: { progress: { kind: 'waiting', until } } });
  return until;
}

async function endOfWait(run: Run, visit: Visit, state: WaitState, evaluate: EvaluateField): Promise<number> {
  if (state.Seconds !== undefined) return run.engine.clock.now() + 1000 * (await evaluateSeconds(evaluate, visit, 'Seconds', state.Seconds, 0));
  if (state.Timestamp === undefined) throw new Error('a Wait without Seconds and Timestamp should have been refused');
  const timestamp = expectText(visit, 'Timestamp', state.Timestamp, await evaluate('Timestamp', state.Timestamp));
  const moment = timestampPattern.test(timestamp) ? Date.parse(timestamp) : NaN;
  if (Number.isNaN(moment)) {
    throw evaluationError(visit, 'Timestamp', `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`);
  }
  return moment;
}
