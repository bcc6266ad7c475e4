import * as z from 'zod';
import { applyChange } from './apply-change.ts';
import { change, execution, stateMachine, type Records } from './records.ts';

/** What the journal holds: whatever has to outlive the process, in the order in which it happened. */
const recordLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('token-key'), key: z.string() }),
  z.strictObject({ kind: z.literal('machine'), machine: stateMachine }),
  z.strictObject({ kind: z.literal('started'), execution }),
  z.strictObject({ kind: z.literal('changed'), executionArn: z.string(), change }),
]);
export type RecordLine = z.infer<typeof recordLine>;

/** Adds to the records what a line says. @throws when it is no line of this version's, or follows from none of the lines before */
export function replayLine(records: Omit<Records, 'tokenKey'> & { tokenKey: string }, text: unknown): void {
  const line = recordLine.parse(text);
  switch (line.kind) {
    case 'token-key':
      records.tokenKey = line.key;
      return;
    case 'machine':
      records.machines.set(line.machine.stateMachineArn, line.machine);
      records.revisions.push(line.machine);
      return;
    case 'started':
      records.executions.set(line.execution.executionArn, line.execution);
      return;
    case 'changed': {
      const changed = records.executions.get(line.executionArn);
      if (changed === undefined) throw new Error(`no execution ${line.executionArn} was started`);
      applyChange(changed, line.change);
    }
  }
}
