import type { Machine } from './definition-schema.ts';
import type { Engine, Run } from './engine.ts';
import type { Records } from './records.ts';

/** What the operations of the API work on. */
export interface Service {
  readonly engine: Engine;
  readonly records: Records;
  /** The parsed definition of each state machine that this process has created, by ARN. */
  readonly definitions: Map<string, Machine>;
  /** The executions that this process runs, by ARN. */
  readonly runs: Map<string, Run>;
}
