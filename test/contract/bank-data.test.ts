/**
 * Pins, against the real sandbox of Aerosync and by our own adapters: the account behind a connection, the start, the states and the end of each
 * kind of job, and the data of each kind can be read by our schemas; the form of an id does not matter.
 * Scaffolding: AEROSYNC_CONNECTION_ID, a bank that was linked in the sandbox once, through the widget, and whose jobs ask no question.
 * Left out: the widget and everything a person does in it (no call can link a bank); MFA during a job, which needs that person; webhooks, which need
 * an address that upstream can reach; AC-112, whose status and scope upstream does not document; values, since the sandbox's sample data may change.
 */
import { describe, expect, it } from 'vitest';
import { jobTypes } from '../../lambdas/domain/job.ts';
import { systemSleep } from '../../lambdas/runtime/system-clock.ts';
import { adaptersAt, sandboxMerchant, type Adapters } from '../../scripts/drift/adapters-at.ts';
import { sandbox, theSandbox, typesIn } from './sandbox.ts';

/** Upstream's own advice: two to three seconds between looks, thirty looks at most. */
const [lookEveryMs, looksAtMost] = [2_500, 30];
const connectionId = sandbox?.connectionId ?? '';

async function stateAtTheEnd({ jobs }: Adapters, upstreamJobId: string): Promise<string> {
  for (let looks = 0; looks < looksAtMost; looks++) {
    const { state } = await jobs.readState(sandboxMerchant, connectionId, upstreamJobId);
    if (state !== 'processing') return state;
    await systemSleep(lookEveryMs);
  }
  return 'still processing';
}

describe.skipIf(connectionId === '')('a linked bank', () => {
  it('has an account with numbers, a type and a health that we know', async () => {
    const { connection, ...numbers } = await adaptersAt(theSandbox()).accounts.read(sandboxMerchant, connectionId);

    expect(typesIn(numbers)).toMatchObject({ routingNumber: 'digits', accountNumberType: 'text' });
    expect(connection.status).not.toBe('unknown');
    expect(connection.account.type).toMatch(/^(checking|savings)$/);
  });

  it('is found by its id with dashes too', async () => {
    const dashed = connectionId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const { accounts } = adaptersAt(theSandbox());
    const [plain, withDashes] = [await accounts.read(sandboxMerchant, connectionId), await accounts.read(sandboxMerchant, dashed)];
    expect(withDashes.accountNumber === plain.accountNumber).toBe(true);
  });

  it.each(jobTypes)('runs a %s job to its end, and hands out the data', async (type) => {
    const adapters = adaptersAt(theSandbox());

    const { upstreamJobId } = await adapters.jobs.create(sandboxMerchant, connectionId, type, null);
    const end = await stateAtTheEnd(adapters, upstreamJobId);
    expect(end).toBe('completed');
    const data = await adapters.jobs.readData(sandboxMerchant, connectionId, upstreamJobId, type, null);

    expect(data.type).toBe(type);
    expect(typesIn(data)).toMatchObject({ balance: { available: 'object' }, transactions: { items: 'list' }, identity: { accountHolderName: 'text' } }[type]);
  });
});
