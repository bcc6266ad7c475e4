import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { checkName } from './arn.ts';
import type { Engine, Outside } from './engine.ts';
import { createInFlight } from './in-flight.ts';
import { operations } from './operations.ts';
import { parseDefinition } from './parse-definition.ts';
import { createQuery } from './query.ts';
import { openRecords } from './open-records.ts';
import type { RecordLine } from './record-line.ts';
import { resumeExecutions } from './resume-executions.ts';
import { ServiceError } from './service-error.ts';
import type { Service } from './service.ts';
import { createTaskTokens } from './task-tokens.ts';

export type { AwsOutcome, LambdaOutcome } from './engine.ts';
export type { StatusChange } from './status-change.ts';

export interface StatesOptions extends Outside {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** From 0 up to 1, for `JitterStrategy: FULL` and JSONata's `$random()`. */
  readonly random?: () => number;
  /** Names of executions that are started without one, and JSONata's `$uuid()`. Task tokens are always unguessable. */
  readonly newId?: () => string;
  /** Keeps executions, histories and open task tokens from one process to the next; all is forgotten when absent. */
  readonly journalFile?: string | undefined;
}

/** The local Step Functions. */
export interface States {
  /**
   * A machine that an earlier process created may change; executions that run keep what they were started with, as on AWS.
   * Throws `InvalidDefinition` with path and field of all that this runner does not do, `InvalidName`, `StateMachineAlreadyExists`.
   */
  createStateMachine(machine: { name: string; roleArn: string; definition: string }): { stateMachineArn: string };
  /**
   * Serves one operation of the API.
   * @param operation the part of `X-Amz-Target` after the dot, for example `StartExecution`
   * @param input the parsed body of the request
   * @returns the body of the answer; throws an error whose `name` is the AWS exception
   */
  handle(operation: string, input: unknown): Promise<unknown>;
  /** Lets the executions go on that were running when an earlier process with the same journal ended. Throws a LocalCloudError for one that cannot. */
  resume(): void;
  /**
   * Resolves when no execution is at work: each waits for the clock or for a task token. A call that was given up at a
   * time limit is no longer waited for; one that itself waits for a virtual clock keeps this from resolving.
   */
  idle(): Promise<void>;
  /** Lets go of all executions and stops their timers. They end in no status, and go on in the next process where there is a journal. */
  close(): void;
}

export function createStates(options: StatesOptions): States {
  const { clock, region, accountId, random = Math.random, newId = randomUUID } = options;
  const { records, journal } = openRecords(options.journalFile);
  const keep = (line: RecordLine): void => journal?.append(line);
  const inFlight = createInFlight();
  const engine: Engine = {
    clock,
    region,
    accountId,
    random,
    newId,
    query: createQuery({ clock, random, newId }),
    inFlight,
    tokens: createTaskTokens(records.tokenKey),
    outside: options,
    keep,
  };
  const service: Service = { engine, records, definitions: new Map(), runs: new Map() };
  let closed = false;

  return {
    createStateMachine({ name, roleArn, definition }) {
      checkName(name);
      const stateMachineArn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
      const parsed = parseDefinition(definition);
      const existing = records.machines.get(stateMachineArn);
      const same = existing?.definition === definition && existing.roleArn === roleArn;
      if (service.definitions.has(stateMachineArn) && !same) throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${stateMachineArn}'`);
      if (!same) {
        const machine = { stateMachineArn, name, roleArn, definition, createdAt: existing?.createdAt ?? clock.now() };
        keep({ kind: 'machine', machine });
        records.machines.set(stateMachineArn, machine);
        records.revisions.push(machine);
      }
      service.definitions.set(stateMachineArn, parsed);
      return { stateMachineArn };
    },

    async handle(operation, input) {
      if (closed) throw new Error('the local Step Functions is closed');
      const serve = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (serve === undefined) throw new ServiceError('UnknownOperationException', `the local Step Functions does not serve ${operation}`);
      return serve(service, input);
    },

    resume: () => resumeExecutions(service),

    idle: () => inFlight.idle(),

    close() {
      closed = true;
      for (const run of service.runs.values()) {
        run.abandoned = true;
        run.cancelTimeout?.();
        run.inbox?.deliver({ kind: 'closed' });
      }
      journal?.close();
    },
  };
}
