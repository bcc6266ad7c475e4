import { checkPayload, checkVariables } from './data-limit.ts';
import type { Run } from './engine.ts';
import type { EvaluateField } from './evaluate-field.ts';
import type { HistoryEventType } from './history-event.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { recordEvent } from './record-event.ts';
import type { Visit } from './records.ts';

/** How a state is left: all evaluated, nothing applied yet. */
export interface StateExit {
  readonly output: Json;
  readonly assigned: JsonObject;
  /** The next state; undefined at the end of the machine. */
  readonly next: string | undefined;
}

/** The Assign and Output of a state, of a Choice rule or of a Catcher. */
export interface ExitFields {
  readonly Assign?: JsonObject | undefined;
  readonly Output?: Json | undefined;
}

/**
 * Evaluates Assign and Output, both against the variables from before this state.
 * @param prefix where the fields stand, for example `Catch[0]/`
 * @param fallback the output when there is no Output
 */
export async function prepareExit(
  visit: Visit,
  fields: ExitFields,
  options: { prefix?: string; evaluate: EvaluateField; fallback: Json; next: string | undefined },
): Promise<StateExit> {
  const { prefix = '', evaluate, fallback, next } = options;
  const assigned = fields.Assign === undefined ? {} : await evaluate(`${prefix}Assign`, fields.Assign);
  const output = fields.Output === undefined ? fallback : await evaluate(`${prefix}Output`, fields.Output);
  checkPayload(output, visit.state);
  return { output, assigned: isJsonObject(assigned) ? assigned : {}, next };
}

/** Records StateExited; the assignments take effect, and the execution is on its way to the next state. */
export function leaveState(run: Run, visit: Visit, type: HistoryEventType, exit: StateExit): void {
  const variables = { ...run.execution.variables, ...exit.assigned };
  const names = Object.keys(exit.assigned);
  if (names.length > 0) checkVariables(exit.assigned, variables, visit.state);
  const details = {
    name: visit.state,
    output: JSON.stringify(exit.output),
    outputDetails: { truncated: false },
    ...(names.length > 0 && {
      assignedVariables: Object.fromEntries(Object.entries(exit.assigned).map(([name, value]) => [name, JSON.stringify(value)])),
      assignedVariablesDetails: { truncated: false },
    }),
  };
  const onward = { input: exit.output, ...(exit.next !== undefined && { state: exit.next }) };
  recordEvent(run, type, details, { along: { execution: { onward, visit: null, ...(names.length > 0 && { variables }) } } });
}
