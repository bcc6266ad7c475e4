import type { FaultRow } from '../fault-row.ts';

const minute = 60_000;
const own = 190_000;

/** Waits of a quarter of an hour, on a clock that runs faster: few jobs, so that the machine keeps up with it. */
export const longWaitRows: readonly FaultRow[] = [
  {
    name: 'the bank asks, and nobody answers for 15 minutes',
    factor: 5,
    isMostlyWaiting: true,
    atMost: 10,
    bank: { scenario: 'mfa', jobSeconds: 1 },
    // Upstream gives up on its question after 15 minutes, too: whoever is first.
    ends: ['MfaExpired', 'UserActionRequired'],
    creates: 2,
    longestMs: own + 15 * minute,
  },
  {
    name: 'the bank is busy with another job for 20 minutes',
    factor: 5,
    isMostlyWaiting: true,
    atMost: 10,
    bank: { scenario: 'busy', jobSeconds: 20 * 60 },
    others: 1,
    ends: ['JobTimedOut'],
    longestMs: own + 16 * minute,
  },
];
