import type { Connection } from '../../lambdas/domain/connection.ts';
import type { Job } from '../../lambdas/domain/job.ts';
import type { Transaction, TransactionsHead } from '../../lambdas/domain/results.ts';
import type { User } from '../../lambdas/domain/user.ts';
import type { PersonClaim } from '../../lambdas/ports.ts';

export const merchantId = 'mer_a1';
export const otherMerchantId = 'mer_b2';
export const noon = new Date('2026-03-01T12:00:00.000Z');

/** `noon` and so many seconds. */
export function after(seconds: number): Date {
  return new Date(noon.getTime() + seconds * 1000);
}

export function aUser(over: Partial<User> = {}): User {
  return {
    merchantId,
    id: 'usr_1',
    externalId: 'customer-1001',
    upstreamUserId: 'upstream-1',
    aeroPassUserUuid: 'uuid-1',
    status: 'active',
    verification: null,
    codesSentAt: [],
    firstName: 'Jane',
    lastName: 'Doe',
    phoneNumber: '+13125550142',
    email: 'jane@example.com',
    createdAt: noon.toISOString(),
    ...over,
  };
}

export function claimOf(user: User): PersonClaim {
  return { merchantId: user.merchantId, userId: user.id, externalId: user.externalId, phoneNumber: user.phoneNumber };
}

export function aConnection(over: Partial<Connection> = {}): Connection {
  return {
    merchantId,
    id: '68c13bc0855a4f85853f6aafaa43e461',
    generation: 'generation-1',
    userId: 'usr_1',
    status: 'connected',
    upstreamStatus: 'ACTIVE',
    institution: { name: 'MX Bank', uuid: null },
    account: { nickname: 'Everyday', type: 'checking', display: '6789', numberType: null },
    canFetchBalance: true,
    expiresAt: null,
    createdAt: noon.toISOString(),
    checkedAt: noon.toISOString(),
    ...over,
  };
}

export function aJob(over: Partial<Job> = {}): Job {
  return {
    merchantId,
    id: 'job_1',
    connectionId: aConnection().id,
    connectionGeneration: aConnection().generation,
    userId: 'usr_1',
    type: 'balance',
    startDate: null,
    endDate: null,
    reference: null,
    retryOf: null,
    status: 'queued',
    attempts: 0,
    upstreamJobId: null,
    intent: null,
    signalSeq: 0,
    heardSeq: 0,
    signalRank: 0,
    signal: null,
    signalDigest: null,
    waitToken: null,
    waitState: null,
    mfaExpiresAt: null,
    resumes: 0,
    heardResumes: 0,
    failure: null,
    createdAt: noon.toISOString(),
    updatedAt: noon.toISOString(),
    completedAt: null,
    resultExpiresAt: null,
    timeline: [],
    ...over,
  };
}

export function transactionsHead(over: Partial<TransactionsHead> = {}): TransactionsHead {
  return { type: 'transactions', jobId: 'job_1', connectionId: aConnection().id, asOf: noon.toISOString(), startDate: '2026-01-01', endDate: '2026-02-28', ...over };
}

export function someTransactions(count: number, description: string | null = 'coffee'): Transaction[] {
  return Array.from({ length: count }, (_, place) => ({
    id: `txn-${place}`,
    date: '2026-02-01',
    type: 'debit',
    amount: { amountMinor: place, currency: 'USD' },
    description,
    category: null,
    subcategory: null,
  }));
}
