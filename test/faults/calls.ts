import * as z from 'zod';
import type { InterceptedCall } from '../../local/endpoint/intercept.ts';

/** Operations after which something is another than before. */
const writes: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems', 'StartExecution', 'StopExecution', 'SendTaskSuccess', 'SendTaskFailure', 'PutSecretValue']);

export function isWrite({ operation }: Pick<InterceptedCall, 'operation'>): boolean {
  return writes.has(operation);
}

/** A call of a function or of the state machine, not one of a tool of ours. */
export function isOfTheProduct({ identity }: InterceptedCall): boolean {
  return identity.kind !== 'operator';
}

const tokenWait = z.object({ Key: z.object({ pk: z.object({ S: z.string() }) }), ExpressionAttributeValues: z.object({ ':token': z.unknown(), ':state': z.object({ S: z.string() }) }) });

/** The state whose wait this write of the machine is, with the row that it writes. */
export function waitOf({ identity, operation, request }: InterceptedCall): { readonly state: string; readonly row: string } | undefined {
  if (identity.kind !== 'role' || operation !== 'UpdateItem') return undefined;
  const wait = tokenWait.safeParse(request()).data;
  return wait && { state: wait.ExpressionAttributeValues[':state'].S, row: wait.Key.pk.S };
}

const transaction = z.object({ TransactItems: z.array(z.unknown()) });

/** How many writes a transaction has. */
export function sizeOf(call: InterceptedCall): number {
  return transaction.safeParse(call.request()).data?.TransactItems.length ?? 0;
}
