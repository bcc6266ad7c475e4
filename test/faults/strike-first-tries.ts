import { createHash } from 'node:crypto';
import type { Intercept, InterceptedCall, Interception } from '../../local/endpoint/intercept.ts';
import { isOfTheProduct, isWrite, waitOf } from './calls.ts';

/** Every write goes wrong at its first try and passes at its second, whoever tries again: the SDK, our data layer, or Step Functions. */
export function strikeFirstTries(strike: (call: InterceptedCall) => Interception): Intercept {
  const tries = new Map<string, number>();
  return (call) => {
    if (!isOfTheProduct(call) || !isWrite(call)) return { kind: 'pass' };
    const key = nameOf(call);
    const before = tries.get(key) ?? 0;
    tries.set(key, before + 1);
    return before % 2 === 0 ? strike(call) : { kind: 'pass' };
  };
}

/** The same for a write and its repeat, which has another request token, and in a wait of the machine another task token. */
function nameOf(call: InterceptedCall): string {
  const wait = waitOf(call);
  if (wait !== undefined) return `${wait.state} ${wait.row}`;
  const body = JSON.stringify(call.request(), (key, value: unknown) => (key === 'ClientRequestToken' ? undefined : value));
  return `${call.identity.name} ${call.operation} ${createHash('sha256').update(body).digest('hex')}`;
}
