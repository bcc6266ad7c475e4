import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatRead } from '../../lambdas/adapters/upstream-http/repeat-read.ts';
import { AppError, type AppErrorDetails, type ErrorCode } from '../../lambdas/domain/errors.ts';
import { HandClock } from './upstreams.ts';

/** Reads that fail with the given failures, one by one, and then succeed; pauses pass on a clock of its own. */
async function reading(failures: readonly Error[], { random = (): number => 0.5, budgetMs = 15_000, readSeconds = 0, deadline = new AbortController().signal } = {}) {
  const clock = new HandClock();
  const pauses: number[] = [];
  let reads = 0;
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    clock.pass(milliseconds / 1000);
  };
  const read = async () => {
    const failure = failures[reads];
    reads += 1;
    clock.pass(readSeconds);
    if (failure !== undefined) throw failure;
    return 'data';
  };
  const outcome = await repeatRead(read, { clock, sleep, random }, budgetMs, deadline).catch((error: unknown) => error);
  return { outcome, reads, pauses };
}

const failure = (code: ErrorCode = 'UpstreamUnavailable', details: AppErrorDetails = {}) => new AppError(code, code, details);

describe('a read', () => {
  it('that succeeds is made once', async () => {
    expect(await reading([])).toEqual({ outcome: 'data', reads: 1, pauses: [] });
  });

  it('is repeated twice after growing pauses, and then ends with the last failure', async () => {
    const last = failure('UpstreamThrottled');
    expect(await reading([failure(), failure(), last, failure()], { random: () => 1 })).toEqual({ outcome: last, reads: 3, pauses: [300, 600] });
    expect(await reading([failure(), failure('UpstreamThrottled')])).toEqual({ outcome: 'data', reads: 3, pauses: [150, 300] });
  });

  it.each(['UpstreamRejected', 'NotFound', 'CredentialsRejected', 'VerificationRequired', 'UserActionRequired', 'UpstreamBusy'] as const)('that fails with %s is not repeated', async (code) => {
    expect(await reading([failure(code)])).toMatchObject({ reads: 1, pauses: [] });
  });

  it('that fails by a fault of ours is not repeated', async () => {
    expect(await reading([new Error('ours')])).toMatchObject({ outcome: expect.objectContaining({ message: 'ours' }) as Error, reads: 1 });
  });

  it('waits at least as long as upstream asks, up to two seconds', async () => {
    expect(await reading([failure('UpstreamThrottled', { retryAfterSeconds: 2 })], { random: () => 1 })).toMatchObject({ outcome: 'data', pauses: [2300] });
    expect(await reading([failure('UpstreamThrottled', { retryAfterSeconds: 3 })])).toMatchObject({ reads: 1, pauses: [], outcome: { details: { retryAfterSeconds: 3 } } });
  });

  it('is not repeated when its pause would end after the time of the call', async () => {
    expect(await reading([failure(), failure()], { readSeconds: 10 })).toMatchObject({ reads: 2 });
    expect(await reading([failure()], { readSeconds: 14.9, random: () => 1 })).toMatchObject({ reads: 1 });
    expect(await reading([failure()], { deadline: AbortSignal.abort() })).toMatchObject({ reads: 1 });
  });

  it('pauses for any part of the span, so that callers do not come back together', async () => {
    await fc.assert(fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (random) => {
      const { pauses } = await reading([failure(), failure()], { random: () => random });
      expect(pauses).toEqual([300 * random, 600 * random]);
    }), { numRuns: 50 });
  });
});
