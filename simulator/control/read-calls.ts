import type { CallLog } from '../call-log.ts';
import type { ControlRoute } from './control-route.ts';

/** GET /sim/calls?merchant=: every upstream call and how often each was made. */
export function readCalls(log: CallLog): ControlRoute {
  return {
    method: 'GET',
    path: '/sim/calls',
    run({ query }) {
      const { total, counts, calls } = log.read(query.get('merchant') ?? undefined);
      return { total, counts, calls: calls.map((call) => ({ ...call })) };
    },
  };
}

/** DELETE /sim/calls: counts from nothing again. */
export function clearCalls(log: CallLog): ControlRoute {
  return {
    method: 'DELETE',
    path: '/sim/calls',
    run: () => {
      log.clear();
      return { total: 0 };
    },
  };
}
