import { describe, expect, it } from 'vitest';
import { connectionStatuses, type Connection } from '../../lambdas/domain/connection.ts';
import { eventOfChange } from '../../lambdas/domain/event-of-change.ts';
import { isOver, jobStatuses, type Job, type JobStatus } from '../../lambdas/domain/job.ts';
import type { User } from '../../lambdas/domain/user.ts';
import { aConnection, aJob, aUser, noon } from '../repositories/samples.ts';

const at = noon;
const typeOf = (change: Parameters<typeof eventOfChange>[0]) => eventOfChange(change)?.facts.type;
const ofUser = (before: User | undefined, after: User | undefined) => typeOf({ kind: 'user', at, before, after });
const ofConnection = (before: Connection | undefined, after: Connection | undefined) => typeOf({ kind: 'connection', at, before, after });
const ofJob = (before: Job | undefined, after: Job | undefined) => typeOf({ kind: 'job', at, before, after });

describe('a person', () => {
  const active = aUser();
  const waiting = aUser({ status: 'verification_required' });

  it('is verified when they confirm their code, when they need none, and again after they had to confirm anew', () => {
    expect([ofUser(waiting, active), ofUser(undefined, active)]).toEqual(['user.verified', 'user.verified']);
  });

  it('is no event otherwise', () => {
    expect([ofUser(undefined, waiting), ofUser(active, waiting), ofUser(active, { ...active, email: 'other@example.com' }), ofUser(active, undefined)]).toEqual(Array(4).fill(undefined));
  });
});

describe('a connection', () => {
  const connected = aConnection();

  it('is linked when it is saved for the first time, whatever its status', () => {
    expect(connectionStatuses.map((status) => ofConnection(undefined, aConnection({ status })))).toEqual(Array(4).fill('connection.linked'));
  });

  it.each<[string, Partial<Connection>]>([
    ['its status', { status: 'revoked' }],
    ["upstream's own word", { upstreamStatus: 'INACTIVE' }],
    ['its expiry', { expiresAt: '2026-09-01T00:00:00.000Z' }],
    ['whether balances can be fetched', { canFetchBalance: null }],
    ['the institution', { institution: { name: 'MX Bank', uuid: 'i-1' } }],
    ['the account', { account: { ...connected.account, display: '1234' } }],
  ])('changes with %s', (_what, over) => {
    expect(ofConnection(connected, { ...connected, ...over })).toBe('connection.changed');
  });

  it('changes when it is removed', () => {
    expect(ofConnection(connected, undefined)).toBe('connection.changed');
  });

  it('does not change by being read from upstream again, or by its members in another order', () => {
    const { name, uuid } = connected.institution;
    expect(ofConnection(connected, { ...connected, checkedAt: '2026-04-01T00:00:00.000Z', institution: { uuid, name } })).toBeUndefined();
  });
});

describe('a job', () => {
  const inStatus = (status: JobStatus, over: Partial<Job> = {}) => aJob({ status, ...over });
  const ends = jobStatuses.filter(isOver);

  it.each(ends)('that is %s has ended, once', (end) => {
    const open = jobStatuses.filter((status) => !isOver(status));
    expect(open.map((status) => ofJob(inStatus(status), inStatus(end)))).toEqual(open.map(() => 'job.ended'));
    expect(ofJob(inStatus(end), inStatus(end, { resultExpiresAt: '2026-03-08T12:00:00.000Z' }))).toBeUndefined();
  });

  it('asks for the person when a pause begins, and when another begins before the first has ended', () => {
    expect(ofJob(inStatus('running'), inStatus('awaiting_mfa', { waitToken: 'one' }))).toBe('job.awaiting_mfa');
    expect(ofJob(inStatus('awaiting_mfa', { waitToken: 'one' }), inStatus('awaiting_mfa', { waitToken: 'two' }))).toBe('job.awaiting_mfa');
  });

  it('is no event while it waits, runs or is accepted, nor when its row goes', () => {
    const waiting = inStatus('awaiting_mfa', { waitToken: 'one' });
    expect([ofJob(waiting, { ...waiting, resumes: 1 }), ofJob(waiting, inStatus('running')), ofJob(undefined, inStatus('queued')), ofJob(inStatus('completed'), undefined)]).toEqual(Array(4).fill(undefined));
  });
});

describe('an event', () => {
  it('says whose it is, when it happened, and ids', () => {
    const { merchantId, id: connectionId, userId } = aConnection();
    expect(eventOfChange({ kind: 'user', at, before: undefined, after: aUser() })).toEqual({ merchantId, facts: { type: 'user.verified', at: noon.toISOString(), userId: 'usr_1' } });
    expect(eventOfChange({ kind: 'connection', at, before: aConnection(), after: undefined })).toEqual({ merchantId, facts: { type: 'connection.changed', at: noon.toISOString(), userId, connectionId } });
    const job = aJob({ status: 'completed' });
    expect(eventOfChange({ kind: 'job', at, before: undefined, after: job })).toEqual({
      merchantId: job.merchantId,
      facts: { type: 'job.ended', at: noon.toISOString(), userId: job.userId, connectionId: job.connectionId, jobId: job.id },
    });
  });
});
