import { httpFault } from '../faults/http-fault.ts';
import type { HttpFaults } from '../faults/http-faults.ts';
import { callName, type UpstreamCall } from '../upstream-call.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

/** POST /sim/faults: the next `count` calls of that name go wrong. */
export function addFault(faults: HttpFaults, calls: readonly UpstreamCall[]): ControlRoute {
  const names = calls.map(callName);
  return {
    method: 'POST',
    path: '/sim/faults',
    run({ body }) {
      const fault = readBody(httpFault, body);
      if (!names.includes(fault.call)) throw new ControlRefusal(400, `There is no such call: choose one of ${names.join(', ')}.`);
      faults.add(fault);
      return { ...fault };
    },
  };
}

/** GET /sim/faults: what is switched on, with `left` of each. */
export function readFaults(faults: HttpFaults): ControlRoute {
  return { method: 'GET', path: '/sim/faults', run: () => ({ faults: faults.all().map((fault) => ({ ...fault })) }) };
}

/** DELETE /sim/faults: switches all of them off. */
export function clearFaults(faults: HttpFaults): ControlRoute {
  return {
    method: 'DELETE',
    path: '/sim/faults',
    run: () => {
      faults.clear();
      return { faults: [] };
    },
  };
}
