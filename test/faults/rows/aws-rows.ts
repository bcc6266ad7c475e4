import type { InterceptedCall, Interception } from '../../../local/endpoint/intercept.ts';
import { sizeOf, waitOf } from '../calls.ts';
import type { FaultRow } from '../fault-row.ts';
import { strikeFirstTries } from '../strike-first-tries.ts';

/** What DynamoDB says when a transaction has the same row in hand. Step Functions knows nothing of the kind. */
function conflict(call: InterceptedCall): Interception {
  if (call.service !== 'dynamodb' || call.operation === 'BatchWriteItem') return { kind: 'pass' };
  if (call.operation === 'TransactWriteItems') return cancelled(call, 'TransactionConflict');
  return { kind: 'refuse', errorName: nameFor(call, 'TransactionConflictException'), message: 'Transaction is ongoing for the item' };
}

function throttle(call: InterceptedCall): Interception {
  if (call.operation === 'TransactWriteItems') return cancelled(call, 'ThrottlingError');
  return { kind: 'refuse', errorName: call.service === 'dynamodb' ? nameFor(call, 'ThrottlingException') : 'ThrottlingException', message: 'Rate exceeded' };
}

function cancelled(call: InterceptedCall, Code: string): Interception {
  const reasons = Array.from({ length: sizeOf(call) }, (_, index) => ({ Code: index === 0 ? Code : 'None' }));
  return { kind: 'refuse', errorName: nameFor(call, 'TransactionCanceledException'), message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((reason) => reason.Code).join(', ')}]`, details: { CancellationReasons: reasons } };
}

/** Over the wire the exception has its namespace; Step Functions has cut it off. */
function nameFor({ identity }: InterceptedCall, name: string): string {
  return identity.kind === 'role' ? name : `com.amazonaws.dynamodb.v20120810#${name}`;
}

/** The token is stored only when the webhook has long come: upstream needs a fifth of a second. */
const lateTokens: FaultRow['intercept'] = ({ clock }) => async (call) => {
  if (waitOf(call)?.state === 'AwaitSignal') await new Promise<void>((resolve) => clock.setTimer(2_000, resolve));
  return { kind: 'pass' };
};

/** What AWS does now and then and one machine never does. */
export const awsRows: readonly FaultRow[] = [
  { name: 'AWS: TransactionConflict at the first try of every write', intercept: () => strikeFirstTries(conflict) },
  { name: 'AWS: throttled at the first try of every write', intercept: () => strikeFirstTries(throttle) },
  { name: 'AWS: the reply of every write is lost once', intercept: () => strikeFirstTries(() => ({ kind: 'loseReply' })) },
  { name: 'AWS: one reply in twenty is lost', intercept: () => strikeFirstTries(() => (Math.random() < 0.05 ? { kind: 'loseReply' } : { kind: 'pass' })) },
  // A create and its data, no look between them: the webhook wakes the job. Some may wait for a processor until their first look.
  { name: 'webhooks before the task token is stored', bank: { scenario: 'default', jobSeconds: 0.2 }, intercept: lateTokens, callsAtMost: 2.5 },
  {
    name: 'webhooks before the upstream job id is stored',
    bank: { scenario: 'default', jobSeconds: 0.2 },
    callsAtMost: 2.5,
    maxThreads: 16,
    arrange: async ({ simulator }, jobs) => {
      for (const path of ['refresh', 'transactions', 'identity']) await simulator.fault(`aerosync POST /v2/accounts/:connectionId/${path}`, { fault: 'delay', delaySeconds: 1.5, when: 'after', count: jobs });
      return undefined;
    },
  },
];
