import * as z from 'zod';
import type { ErrorCode } from '../../domain/errors.ts';
import type { DateRange, JobType } from '../../domain/job.ts';
import type { UpstreamData, UpstreamJobs, UpstreamJobState } from '../../ports.ts';
import { scalar } from '../upstream-http/fields.ts';
import { isPathSegment, pathSegment } from '../upstream-http/path-segment.ts';
import type { AerosyncClient } from './aerosync-client.ts';
import { aerosyncCodesByName } from './aerosync-codes.ts';
import { isJobStatus, jobStateReply } from './job-state.ts';
import { balanceReply } from './read-balance.ts';
import { identityReply } from './read-identity.ts';
import { transactionsReply } from './read-transactions.ts';

const createPaths = { balance: 'refresh', transactions: 'transactions', identity: 'identity' } as const;

/** Every other key of this reply is informational: a balance job answers with `identityStatus` (aerosync-api.md §4.2). */
const createdReply = z.object({ jobId: scalar.refine(isPathSegment) }).transform(({ jobId }) => ({ upstreamJobId: jobId }));

/** Aggregation jobs at Aerosync. */
export class AerosyncJobs implements UpstreamJobs {
  readonly #client: AerosyncClient;

  constructor(client: AerosyncClient) {
    this.#client = client;
  }

  async create(merchantId: string, connectionId: string, type: JobType, dates: DateRange | null): Promise<{ readonly upstreamJobId: string }> {
    return this.#client.call(merchantId, {
      name: `Aerosync create ${type} job`,
      method: 'POST',
      path: `v2/accounts/${pathSegment(connectionId)}/${createPaths[type]}`,
      ...(type === 'transactions' && dates !== null ? { body: () => ({ startDate: dates.startDate, endDate: dates.endDate }) } : {}),
      reply: createdReply,
    });
  }

  async readState(merchantId: string, connectionId: string, upstreamJobId: string): Promise<UpstreamJobState> {
    return this.#client.call(merchantId, {
      name: 'Aerosync job status',
      method: 'GET',
      path: `v2/accounts/${pathSegment(connectionId)}/job/${pathSegment(upstreamJobId)}`,
      reply: jobStateReply,
      isReply: isJobStatus,
    });
  }

  async readData(merchantId: string, connectionId: string, upstreamJobId: string, type: JobType): Promise<UpstreamData> {
    const read = <T>(reply: z.ZodType<T>, query: Readonly<Record<string, string>> = {}) =>
      this.#client.call(merchantId, { name: `Aerosync ${type} data`, method: 'GET', path: `v2/accounts/${pathSegment(connectionId)}/${type}`, query, reply });
    switch (type) {
      case 'balance': return read(balanceReply);
      case 'transactions': return read(transactionsReply, { job_id: pathSegment(upstreamJobId) });
      case 'identity': return read(identityReply);
    }
  }

  /** A busy connection is a matter of turns and never shown (promise 18): as the end of a job it can only mean "later". */
  errorCodeFor(upstreamCode: string): ErrorCode | undefined {
    const code = aerosyncCodesByName.get(upstreamCode)?.code;
    return code === 'UpstreamBusy' ? 'UpstreamUnavailable' : code;
  }
}
