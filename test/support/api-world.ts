import { randomBytes } from 'node:crypto';
import type { Job } from '../../lambdas/domain/job.ts';
import type { Transaction } from '../../lambdas/domain/results.ts';
import type { ApiReply, TestApi, TestMerchant } from './start-api.ts';

/** A phone number that no other test uses. */
export function aPhoneNumber(): string {
  return `+1312${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, '0')}`;
}
export function aConnectionId(): string {
  return randomBytes(16).toString('hex');
}
export function aPerson(over: Record<string, unknown> = {}) {
  return { externalId: `customer-${randomBytes(6).toString('hex')}`, firstName: 'Jane', lastName: 'Doe', phoneNumber: aPhoneNumber(), email: 'jane@example.com', ...over };
}

export async function createUser(api: TestApi, merchant: TestMerchant, over: Record<string, unknown> = {}): Promise<ApiReply['body']> {
  return expectStatus(await api.call('POST', '/v1/users', { key: merchant.key, body: aPerson(over) }), 201);
}

/** A user with one healthy connection. */
export async function linkBank(api: TestApi, merchant: TestMerchant): Promise<{ user: ApiReply['body']; connectionId: string }> {
  const user = await createUser(api, merchant);
  const connectionId = aConnectionId();
  expectStatus(await api.call('POST', `/v1/users/${user['id']}/connections`, { key: merchant.key, body: { connectionId } }), 201);
  return { user, connectionId };
}

export async function startJob(api: TestApi, merchant: TestMerchant, connectionId: string, body: Record<string, unknown> = { type: 'balance' }): Promise<ApiReply['body']> {
  return expectStatus(await api.call('POST', `/v1/connections/${connectionId}/jobs`, { key: merchant.key, body }), 202);
}

/** A job that the bank asks the person about. */
export async function pausedJob(api: TestApi, merchant: TestMerchant, connectionId: string): Promise<Job['id']> {
  const { id } = await startJob(api, merchant, connectionId);
  const mfaExpiresAt = new Date(api.clock.now().getTime() + 15 * 60_000).toISOString();
  await api.setJob({ merchantId: merchant.merchantId, jobId: String(id) }, { status: 'awaiting_mfa', upstreamJobId: 'REF-1', waitToken: 'token-1', waitState: 'PauseForMfa', mfaExpiresAt });
  return String(id);
}

export function transactions(count: number): Transaction[] {
  return Array.from({ length: count }, (_, place) => ({
    id: `TRN-${place}`,
    date: '2026-02-01',
    type: 'debit',
    amount: { amountMinor: 100 + place, currency: 'USD' },
    description: 'Coffee',
    category: 'Food and Dining',
    subcategory: null,
  }));
}

/** A completed job of each kind on one connection. */
export async function completedJobs(api: TestApi, merchant: TestMerchant, connectionId: string, count = 3) {
  const complete = async (type: Job['type']) => {
    const job = await startJob(api, merchant, connectionId, { type });
    const ref = { merchantId: merchant.merchantId, jobId: String(job['id']), connectionId };
    const head = { jobId: ref.jobId, connectionId, asOf: api.clock.now().toISOString() };
    if (type === 'balance') await api.completeJob(ref, { head: { type, ...head, available: { amountMinor: 312425, currency: 'USD' }, current: null } });
    if (type === 'identity') await api.completeJob(ref, { head: { type, ...head, accountHolderName: 'Jane Doe', email: null, phone: null, address: null } });
    if (type === 'transactions') {
      await api.completeJob(ref, { head: { type, ...head, startDate: String(job['startDate']), endDate: String(job['endDate']) }, items: transactions(count) });
    }
    return ref.jobId;
  };
  return { balance: await complete('balance'), transactions: await complete('transactions'), identity: await complete('identity') };
}

function expectStatus(reply: ApiReply, status: number): ApiReply['body'] {
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}
