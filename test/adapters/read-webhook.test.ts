import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook } from '../../lambdas/adapters/aerosync/read-webhook.ts';
import { connectionId, jobId } from './upstreams.ts';

const sentAt = new Date('2023-11-14T22:13:20.000Z');
const delivery = (event: unknown, data: unknown, over: object = {}) => readWebhook(JSON.stringify({ event, timestamp: 1700000000, merchant_id: '1456', data, ...over }));
const plain = { kind: 'job', type: 'balance', upstreamJobId: jobId, connectionId, signal: 'completed', upstreamCode: null, sentAt };

describe('an event about a job', () => {
  it.each([
    ['job.balance', 'balance'], ['job.transaction', 'transactions'], ['job.transactions', 'transactions'], ['job.identity', 'identity'], ['JOB.BALANCE', 'balance'],
  ])('%s is about %s', (event, type) => {
    expect(delivery(event, { job_id: jobId, connection_id: connectionId, status: 'completed' })).toEqual({ ...plain, type });
  });

  it.each([
    ['initiated', 'initiated'], ['Initiated', 'initiated'], ['in_progress', 'initiated'], ['pending_mfa', 'mfa'], ['Pending MFA', 'mfa'], ['MFA_REQUIRED', 'mfa'],
    ['completed', 'completed'], ['COMPLETED', 'completed'], ['failed', 'failed'], ['FAILED', 'failed'], ['paused', 'unknown'], ['', 'unknown'],
  ])('with status %j signals %s', (status, signal) => {
    expect(delivery('job.balance', { job_id: jobId, status })).toMatchObject({ kind: 'job', signal });
  });

  it('signals a question of the bank by its flag, unless the job has ended', () => {
    expect(delivery('job.balance', { job_id: jobId, status: 'in_progress', mfaTriggered: true })).toMatchObject({ signal: 'mfa' });
    expect(delivery('job.balance', { job_id: jobId, status: 'completed', mfa_triggered: true })).toMatchObject({ signal: 'completed' });
    expect(delivery('job.balance', { job_id: jobId, status: 'success', job_status: 'failed', mfa_triggered: true })).toMatchObject({ signal: 'failed' });
    expect(delivery('job.completed', { job_id: jobId, mfa_triggered: true })).toMatchObject({ signal: 'completed' });
    expect(delivery('job.balance', { job_id: jobId, mfa_triggered: true })).toMatchObject({ signal: 'mfa' });
  });

  it.each([
    { job_id: jobId, connection_id: connectionId }, { jobId, connectionId }, { job_id: jobId, user_id: connectionId }, { job_id: jobId, userId: connectionId },
    { job_id: jobId, connection_id: '68C13BC0-855A-4F85-853F-6AAFAA43E461' }, { job_id: jobId, connection_id: null, userId: connectionId },
  ])('names its connection in any spelling: %j', (ids) => {
    expect(delivery('job.balance', { ...ids, status: 'completed' })).toEqual(plain);
  });

  it.each([{}, { connection_id: 'not-a-connection' }, { user_id: 7 }])('may leave its connection open: %j', (ids) => {
    expect(delivery('job.balance', { job_id: jobId, ...ids, status: 'completed' })).toEqual({ ...plain, connectionId: undefined });
  });

  it.each([{ error: { code: 'AC-104' } }, { errorCode: 'AC-104' }, { message: 'AC-104: reconnect' }])('that failed carries its code from %j', (where) => {
    expect(delivery('job.balance', { job_id: jobId, status: 'failed', ...where })).toMatchObject({ signal: 'failed', upstreamCode: 'AC-104' });
  });

  it.each([
    ['job.completed', { job_id: 'X-1', job_type: 'balance' }, 'balance', 'completed'],
    ['job.pending_mfa', { job_id: 'X-1', jobType: 'Transaction' }, 'transactions', 'mfa'],
    ['job.mfa_required', { job_id: 'X-1', type: 'identity' }, 'identity', 'mfa'],
    ['job.failed', { job_id: 'REF-1' }, 'balance', 'failed'],
    ['job.initiated', { job_id: 'TRN-1' }, 'transactions', 'initiated'],
    ['job.completed', { job_id: 'TXN-1', status: 'completed' }, 'transactions', 'completed'],
    ['job.completed', { job_id: 'idt-1' }, 'identity', 'completed'],
  ])('in the older naming, %s with %j, is about %s and signals %s', (event, data, type, signal) => {
    expect(delivery(event, data)).toMatchObject({ kind: 'job', type, signal, upstreamJobId: data.job_id });
  });

  it.each([
    ['without a job id', 'job.balance', { status: 'completed' }],
    ['with a job id that could lead elsewhere', 'job.balance', { job_id: '../token', status: 'completed' }],
    ['without data', 'job.balance', undefined],
    ['with a list as data', 'job.balance', []],
    ['named after a prefix of ours', 'jobs.balance', { job_id: jobId, status: 'completed' }],
  ])('%s is unknown', (_what, event, data) => {
    expect(delivery(event, data)).toEqual({ kind: 'unknown', sentAt });
  });

  it('of a type that nothing tells still names its job and what became of it', () => {
    expect(delivery('job.completed', { job_id: 'X-1' })).toMatchObject({ kind: 'job', type: undefined, upstreamJobId: 'X-1', signal: 'completed' });
  });

  it.each([
    [undefined, { job_id: jobId, user_id: connectionId, status: 'completed' }],
    [null, { job_id: jobId, user_id: connectionId, status: 'completed' }],
    [{ user_id: connectionId, status: 'completed' }, { job_id: jobId }],
    [{ job_id: jobId, connection_id: connectionId }, { status: 'completed' }],
    [{ job_id: jobId, connection_id: connectionId, status: 'completed' }, { status: 'success', user_id: '1102575' }],
  ])('may carry its fields beside its data %j: %j', (data, beside) => {
    expect(delivery('job.balance', data, beside)).toEqual(plain);
  });

  it('may write its ids as numbers', () => {
    expect(delivery('job.balance', { job_id: 4711, user_id: 17, status: 'completed' })).toEqual({ ...plain, upstreamJobId: '4711', connectionId: undefined });
  });

  it('names its connection where another field of that kind names something else', () => {
    expect(delivery('job.balance', { job_id: jobId, connection_id: 'CON-17', user_id: connectionId, status: 'completed' })).toEqual(plain);
  });

  it.each([['job.completed', { job_id: jobId, status: 'success' }], ['job.balance', { job_id: jobId, status: 'ok', job_status: 'Completed' }]])('%s with %j is told by whichever field has a word of a job', (event, data) => {
    expect(delivery(event, data)).toMatchObject({ signal: 'completed' });
  });
});

describe('the time of an event', () => {
  it.each([
    [1700000000, '2023-11-14T22:13:20.000Z'], ['1700000000', '2023-11-14T22:13:20.000Z'], [1700000000.5, '2023-11-14T22:13:20.500Z'],
    [1700000000123, '2023-11-14T22:13:20.123Z'], ['2023-11-14T22:13:20Z', '2023-11-14T22:13:20.000Z'], ['2023-11-14 22:13:20.000000', '2023-11-14T22:13:20.000Z'],
  ])('%j is %s', (timestamp, time) => {
    expect(delivery('test.event', {}, { timestamp })).toEqual({ kind: 'test', sentAt: new Date(time) });
  });

  it.each([undefined, null, 'now', -5, {}])('cannot be judged when it is %j, so that the event changes nothing', (timestamp) => {
    expect(delivery('job.balance', { job_id: jobId, status: 'completed' }, { timestamp })).toEqual({ kind: 'unknown', sentAt: undefined });
  });
});

describe('other events', () => {
  it('bank.revocation names the connection, by its own name or as a user', () => {
    expect(delivery('bank.revocation', { client_id: 'c', user_id: connectionId, connection_id: connectionId, account_id: 'a', status: 'revoked' })).toEqual({ kind: 'revocation', connectionId, sentAt });
    expect(delivery('bank.revocation', { user_id: connectionId })).toEqual({ kind: 'revocation', connectionId, sentAt });
  });

  it('bank.revocation of no connection is unknown', () => {
    expect(delivery('bank.revocation', { user_id: 'x' })).toEqual({ kind: 'unknown', sentAt });
  });

  it.each(['migration_tool', 'account.opened', '', 7, null])('%j is unknown', (event) => {
    expect(delivery(event, { status: 'completed' })).toEqual({ kind: 'unknown', sentAt });
  });

  it.each(['[]', 'null', '"text"', '7'])('%s is JSON, but no event', (body) => {
    expect(readWebhook(body)).toEqual({ kind: 'unknown', sentAt: undefined });
  });

  it.each(['', '{', '{"event":"job.balance"', 'event=job.balance', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])('is undefined for what is no readable JSON', (body) => {
    expect(readWebhook(body)).toBeUndefined();
  });

  it('never throws, whatever JSON comes', () => {
    fc.assert(fc.property(fc.json(), (body) => {
      expect(readWebhook(body)?.kind).toBe('unknown');
    }));
  });
});
