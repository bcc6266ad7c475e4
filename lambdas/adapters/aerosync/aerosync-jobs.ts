import * as z from 'zod';
import type { ErrorCode } from '../../domain/errors.ts';
import type { DateRange, JobType } from '../../domain/job.ts';
import type { MerchantSettings, UpstreamData, UpstreamJobs, UpstreamJobState } from '../../ports.ts';
import { beforeSending } from '../upstream-http/before-sending.ts';
import { scalar } from '../upstream-http/fields.ts';
import { isPathSegment, pathSegment } from '../upstream-http/path-segment.ts';
import { accountPath } from './account-path.ts';
import type { AerosyncClient } from './aerosync-client.ts';
import { aerosyncCodesByName } from './aerosync-codes.ts';
import { isJobStatus, jobStateReply } from './job-state.ts';
import { balanceReply } from './read-balance.ts';
import { identityReply } from './read-identity.ts';
import { transactionsReply } from './read-transactions.ts';

type Query = Readonly<Record<string, string>>;

const notSent = (error: unknown): never => {
  throw beforeSending(error);
};

const createPaths = { balance: 'refresh', transactions: 'transactions', identity: 'identity' } as const;

const jobIdField = scalar.refine(isPathSegment);

/** Every other key of this reply is informational: a balance job answers with `identityStatus` (aerosync-api.md §4.2). */
const createdReply = z
  .object({ jobId: jobIdField.optional(), job_id: jobIdField.optional() })
  .transform(({ jobId, job_id }, context) => {
    const upstreamJobId = jobId ?? job_id;
    if (upstreamJobId === undefined) context.addIssue({ code: 'custom', message: 'no job', path: ['jobId'] });
    return { upstreamJobId: upstreamJobId ?? '' };
  });

/** Aggregation jobs at Aerosync. */
export class AerosyncJobs implements UpstreamJobs {
  readonly #client: AerosyncClient;
  readonly #settings: MerchantSettings;

  constructor(client: AerosyncClient, settings: MerchantSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async create(merchantId: string, connectionId: string, type: JobType, dates: DateRange | null, sendBefore?: Date): Promise<{ readonly upstreamJobId: string }> {
    const body = type === 'transactions' && dates !== null && (await this.#saysDatesInBody(merchantId).catch(notSent)) ? dates : undefined;
    return this.#client.call(merchantId, {
      name: `Aerosync create ${type} job`,
      method: 'POST',
      ...accountPath(connectionId, `/${createPaths[type]}`),
      sendBefore,
      ...(body === undefined ? {} : { body: () => ({ startDate: body.startDate, endDate: body.endDate }) }),
      reply: createdReply,
    });
  }

  async readState(merchantId: string, connectionId: string, upstreamJobId: string): Promise<UpstreamJobState> {
    return this.#client.call(merchantId, {
      name: 'Aerosync job status',
      method: 'GET',
      ...accountPath(connectionId, `/job/${pathSegment(upstreamJobId)}`),
      // The machine looks again by itself, and upstream counts the looks.
      repeatable: false,
      reply: jobStateReply,
      isReply: isJobStatus,
    });
  }

  async readData(merchantId: string, connectionId: string, upstreamJobId: string, type: JobType, dates: DateRange | null): Promise<UpstreamData> {
    const { path, otherForms } = accountPath(connectionId, `/${type}`);
    const read = <T>(reply: z.ZodType<T>, [query, otherQuery]: readonly Query[] = []) => {
      const forms = otherQuery === undefined ? otherForms : [...otherForms, { refusedBy: ['AC-100'], query: otherQuery }];
      return this.#client.call(merchantId, { name: `Aerosync ${type} data`, method: 'GET', path, ...(query === undefined ? {} : { query }), otherForms: forms, reply });
    };
    switch (type) {
      case 'balance': return read(balanceReply);
      case 'transactions': return read(transactionsReply, await this.#whichTransactions(merchantId, upstreamJobId, dates));
      case 'identity': return read(identityReply);
    }
  }

  /** The newest form asks by the job, the older one by its days (aerosync-api.md §10, 14). The days are asked for as well where the job is refused as a parameter. */
  async #whichTransactions(merchantId: string, upstreamJobId: string, dates: DateRange | null): Promise<readonly Query[]> {
    const byJob = { job_id: pathSegment(upstreamJobId) };
    if (dates === null) return [byJob];
    const byDays = { start_date: dates.startDate, end_date: dates.endDate };
    return (await this.#saysDatesInBody(merchantId)) ? [byJob, byDays] : [byDays];
  }

  async #saysDatesInBody(merchantId: string): Promise<boolean> {
    return (await this.#settings.upstreamChoices(merchantId)).transactionDates === 'body';
  }

  /** A busy connection is a matter of turns and never shown (promise 18): as the end of a job it can only mean "later". */
  errorCodeFor(upstreamCode: string): ErrorCode | undefined {
    const code = aerosyncCodesByName.get(upstreamCode)?.code;
    return code === 'UpstreamBusy' ? 'UpstreamUnavailable' : code;
  }
}
