import type { Arrange, FaultRow } from '../fault-row.ts';
import { every } from '../every.ts';
import type { Fate } from '../webhook-network.ts';

const creates = ['refresh', 'transactions', 'identity'].map((path) => `aerosync POST /v2/accounts/:connectionId/${path}`);
const looks = ['aerosync GET /v2/accounts/:connectionId/job/:jobId'];
const data = ['balance', 'transactions', 'identity'].map((path) => `aerosync GET /v2/accounts/:connectionId/${path}`);
const allCalls = [...creates, ...looks, ...data];

type HttpFault = Readonly<Record<string, unknown>>;

/** It lasts 40 s, so that a job outlives it. */
const stormTurns = 20;
/** The first calls of each kind meet the fault, a tenth as many as there are jobs. */
const strike = (fault: HttpFault, calls: readonly string[] = allCalls): Arrange => async ({ simulator }, jobs) => {
  for (const call of calls) await simulator.fault(call, { ...fault, count: Math.max(1, Math.ceil(jobs / 10)) });
  return undefined;
};
/** From the first start on, no call of these is answered. */
const silence = (calls: readonly string[]): Arrange => async ({ simulator }) => {
  for (const call of calls) await simulator.fault(call, { fault: 'hang', count: 1_000_000 });
  return undefined;
};
/** Half of the webhooks are lost, so that there are looks at upstream for the fault to strike. */
const halfLost = (): Fate => ({ chance }) => (chance < 0.5 ? [] : [{ afterMs: 0 }]);
/** A create whose reply was lost is not sent again (api.md): the job adopts what a webhook names, or ends as unclear. */
const httpFaults: readonly { readonly named: string; readonly fault: HttpFault; readonly unclear?: RegExp; readonly more?: Partial<FaultRow> }[] = [
  { named: 'HTTP 429', fault: { fault: 'status', status: 429 } },
  { named: 'HTTP 500, not carried out', fault: { fault: 'status', status: 500 }, unclear: /HTTP 500/ },
  { named: 'HTTP 503, carried out', fault: { fault: 'status', status: 503, when: 'after' }, unclear: /HTTP 503/ },
  { named: 'connection reset', fault: { fault: 'reset' }, unclear: /no reply \(ECONNRESET\)/ },
  { named: 'half a JSON, carried out', fault: { fault: 'half', when: 'after' }, unclear: /no reply \(connection lost\)/ },
  { named: "a gateway's HTML page", fault: { fault: 'html' }, unclear: /HTTP 502/ },
  { named: 'an empty reply, carried out', fault: { fault: 'empty', when: 'after' }, unclear: /HTTP 200, the reply is not JSON/ },
  { named: 'HTTP 200 with AC-112 inside', fault: { fault: 'status', status: 200, code: 'AC-112', envelope: 'bare' }, more: { longestMs: 16 * 60_000 } },
  { named: 'a reply 2 s late', fault: { fault: 'delay', delaySeconds: 2 }, more: { maxThreads: 16 } },
  { named: 'no reply at all, carried out', fault: { fault: 'hang', when: 'after' }, unclear: /time-out/, more: { maxThreads: 32 } },
];

/** What can happen to calls of upstream. */
export const upstreamRows: readonly FaultRow[] = [
  ...httpFaults.map(({ named, fault, unclear, more }): FaultRow => ({
    name: `upstream: ${named}`,
    fate: halfLost,
    atMostWhenQuick: 30,
    arrange: strike(fault, named.includes('AC-112') ? creates : allCalls),
    // What is unclear waits for half a minute.
    ...(unclear !== undefined && { unclear, isMostlyWaiting: 'when quick' as const }),
    ...more,
  })),
  {
    name: 'upstream: a storm of HTTP 500, 502, 503 and 504',
    atMostWhenQuick: 30,
    fate: halfLost,
    unclear: /HTTP 50[0234]/,
    arrange: async ({ simulator }) =>
      every(2_000, async (turn) => {
        await simulator.clearFaults();
        if (turn >= stormTurns) return;
        for (const call of allCalls) await simulator.fault(call, { fault: 'status', status: [500, 502, 503, 504][turn % 4], when: turn % 2 === 0 ? 'before' : 'after', count: 3 });
      }),
  },
  { name: 'upstream: every token expires in mid-job, time and again', fate: halfLost, arrange: async ({ simulator }) => every(1_500, () => simulator.expireTokens()) },
  { name: 'upstream fails each job once', bank: { scenario: 'fails_once', jobSeconds: 0.5 }, creates: 2 },
  { name: 'upstream fails each job for good', bank: { scenario: 'fails_always', jobSeconds: 0.5 }, creates: 2, ends: ['UserActionRequired'] },
  { name: 'the bank is busy with another job', bank: { scenario: 'busy', jobSeconds: 1 }, others: 1 },
  {
    name: 'upstream takes every call and answers none',
    isMostlyWaiting: true,
    atMost: 20,
    maxThreads: 20,
    ends: ['JobTimedOut'],
    unclear: /time-out/,
    fate: () => () => [],
    arrange: silence(allCalls),
  },
  {
    name: 'upstream takes the job, then answers nothing and tells nothing',
    isMostlyWaiting: true,
    atMost: 20,
    maxThreads: 20,
    ends: ['JobTimedOut'],
    fate: () => () => [],
    arrange: silence([...looks, ...data]),
  },
];
