import fc from 'fast-check';
import type { AnyJobEnd } from '../../lambdas/adapters/dynamodb/job-end.ts';
import { waitStates } from '../../lambdas/domain/job.ts';
import type { JobEvent } from './job-model.ts';

const failure = { code: 'Internal', upstreamCode: null } as const;
const ends: readonly AnyJobEnd[] = [{ status: 'completed', resultExpiresAt: '2026-03-08T12:00:00.000Z' }, { status: 'failed', failure }, { status: 'expired', failure }, { status: 'canceled' }];

const attempt = fc.constantFrom(1, 1, 2);
const upstreamJobId = fc.constantFrom('REF-1', 'REF-1', 'REF-1', 'REF-2');
const token = fc.constantFrom('token-1', 'token-2', 'token-3');

/** A delivery of one upstream job, which may be another attempt's; few digests, so that repeats are common. */
export const delivery = fc.record({
  type: fc.constant('deliver' as const),
  upstreamJobId,
  kind: fc.constantFrom('initiated' as const, 'mfa' as const, 'mfa' as const, 'completed' as const, 'failed' as const),
  digest: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});

const event: fc.Arbitrary<JobEvent> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('begin' as const), attempt, holder: fc.constantFrom('one', 'two') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('clearIntent' as const, 'markUnclear' as const), attempt }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('bind' as const), attempt, upstreamJobId }) },
  { weight: 6, arbitrary: delivery },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('hear' as const, 'noteFailure' as const, 'startFetching' as const, 'countResume' as const, 'countResume' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('end' as const), end: fc.constantFrom(...ends) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leavePause' as const), token }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('park' as const), state: fc.constantFrom(...waitStates), token }) },
);

const begun: JobEvent = { type: 'begin', attempt: 1, holder: 'one' };
const bound: JobEvent = { type: 'bind', attempt: 1, upstreamJobId: 'REF-1' };
const paused: JobEvent = { type: 'park', state: 'PauseForMfa', token: 'token-1' };

/** Any events in any order, mostly after a beginning that gets somewhere. */
export const jobEvents: fc.Arbitrary<JobEvent[]> = fc
  .tuple(fc.constantFrom<JobEvent[]>([], [begun], [begun, bound], [begun, bound], [begun, bound, paused]), fc.array(event, { minLength: 1, maxLength: 12 }))
  .map(([beginning, rest]) => [...beginning, ...rest]);
