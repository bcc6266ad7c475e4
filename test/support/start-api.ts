import { createHmac } from 'node:crypto';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoApiKeyRepository } from '../../lambdas/adapters/dynamodb/api-key-repository.ts';
import { DynamoConnectionRemovals } from '../../lambdas/adapters/dynamodb/connection-removals.ts';
import { DynamoConnectionRepository } from '../../lambdas/adapters/dynamodb/connection-repository.ts';
import { DynamoEventFeed } from '../../lambdas/adapters/dynamodb/event-feed.ts';
import { DynamoIdempotencyRecords } from '../../lambdas/adapters/dynamodb/idempotency-records.ts';
import { DynamoJobCompletion } from '../../lambdas/adapters/dynamodb/job-completion.ts';
import { DynamoJobProgress } from '../../lambdas/adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../../lambdas/adapters/dynamodb/job-repository.ts';
import { DynamoLongPolls } from '../../lambdas/adapters/dynamodb/long-polls.ts';
import { DynamoMerchantRepository } from '../../lambdas/adapters/dynamodb/merchant-repository.ts';
import { DynamoResultRepository } from '../../lambdas/adapters/dynamodb/result-repository.ts';
import { DynamoUserRepository } from '../../lambdas/adapters/dynamodb/user-repository.ts';
import { RandomIds } from '../../lambdas/adapters/ids/random-ids.ts';
import type { RouteContract } from '../../lambdas/contract/route-contract.ts';
import { routes } from '../../lambdas/contract/routes.ts';
import type { Job, JobRef } from '../../lambdas/domain/job.ts';
import { scopes, type Merchant, type Scope, type UpstreamCredentials, type WebhookSecrets } from '../../lambdas/domain/merchant.ts';
import type { Executions, KeptReply, StoredResult, TaskTokens } from '../../lambdas/ports.ts';
import type { ApiResult } from '../../lambdas/runtime/http.ts';
import type { Log, LogFields } from '../../lambdas/runtime/logger.ts';
import { issueApiKey } from '../../lambdas/usecases/issue-api-key.ts';
import { registerMerchant } from '../../lambdas/usecases/register-merchant.ts';
import { authorizeRoute } from '../../lambdas/api/authorize.ts';
import { apiEvent, lambdaContext } from './api-event.ts';
import { bindRoutes } from './bind-routes.ts';
import { startDynamodb, type TestDynamodb } from './dynamodb.ts';
import { aeropayCodesByName } from '../../lambdas/adapters/aeropay/aeropay-codes.ts';
import { widgetErrorExplainer } from '../../lambdas/adapters/aerosync/explain-widget-error.ts';
import { FakeUpstream } from './fake-upstream.ts';
import { TestClock } from './test-clock.ts';

export const deploymentKey = 'a deployment key of more than thirty-two characters';

/** One request as a test writes it. An object becomes JSON; text and bytes go out as they are. */
export interface ApiRequest {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>> | string;
  readonly remainingMs?: number;
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- a test reads what the contract promises, and fails where it lies
}

export interface TestMerchant {
  readonly merchantId: string;
  /** An API key with every scope, or with those that were asked for. */
  readonly key: string;
}

/** The real records, whose last write can be made to fail. */
class FaultyIdempotencyRecords extends DynamoIdempotencyRecords {
  keepFault: Error | undefined;

  override async keep(reply: KeptReply): Promise<void> {
    if (this.keepFault !== undefined) throw this.keepFault;
    await super.keep(reply);
  }
}

/** The deployed API in one process: the real authorizer and routes, the real repositories on an embedded engine, an upstream of ours. */
export class TestApi {
  readonly clock = new TestClock();
  readonly upstream = new FakeUpstream();
  readonly startedExecutions: string[] = [];
  readonly endedWaits: string[] = [];
  readonly logLines: { level: string; message: string; fields: LogFields }[] = [];
  readonly storedSecrets = new Map<string, { credentials: UpstreamCredentials; webhook: WebhookSecrets }>();
  readonly deps: ReturnType<TestApi['makeDependencies']>;
  readonly #dynamodb: TestDynamodb;
  readonly #routes: ReturnType<typeof bindRoutes>;
  readonly #log: Log;

  constructor(dynamodb: TestDynamodb) {
    this.#dynamodb = dynamodb;
    this.deps = this.makeDependencies();
    const line = (level: string) => (message: string, fields: LogFields = {}) => {
      this.logLines.push({ level, message, fields });
    };
    this.#log = { info: line('info'), warn: line('warn'), error: line('error') };
    this.#routes = bindRoutes(() => this.deps, { clock: this.clock, log: this.#log });
  }

  private makeDependencies() {
    const { client: db, tables } = this.#dynamodb;
    const jobTables = { jobs: tables.jobs, connections: tables.connections, access: tables.access };
    const executions: Executions = {
      start: async ({ jobId }) => {
        this.startedExecutions.push(jobId);
      },
      status: async () => 'running',
    };
    const tokens: TaskTokens = {
      succeed: async (token) => {
        this.endedWaits.push(token);
      },
      exit: async (token, signal) => {
        this.endedWaits.push(`${token} ${signal}`);
      },
    };
    return {
      clock: this.clock,
      sleep: this.clock.sleep,
      ids: new RandomIds(),
      secrets: {
        deploymentKey: async () => deploymentKey,
        storeMerchantSecrets: async (merchantId: string, credentials: UpstreamCredentials, webhook: WebhookSecrets) => {
          this.storedSecrets.set(merchantId, { credentials, webhook });
        },
      },
      users: new DynamoUserRepository(tables.users, db, async (text) => createHmac('sha256', deploymentKey).update(text).digest('hex')),
      connections: new DynamoConnectionRepository(tables.connections, db),
      jobs: new DynamoJobRepository(jobTables, db),
      progress: new DynamoJobProgress(tables.jobs, db),
      completion: new DynamoJobCompletion(tables, db),
      removals: new DynamoConnectionRemovals(tables, db),
      longPolls: new DynamoLongPolls(tables.access, db),
      results: new DynamoResultRepository(tables.results, db),
      feed: new DynamoEventFeed(tables.events, db),
      idempotency: new FaultyIdempotencyRecords(tables.access, db),
      apiKeys: new DynamoApiKeyRepository(tables.access, db),
      merchants: new DynamoMerchantRepository(tables.access, db),
      upstreamUsers: this.upstream.users,
      explain: widgetErrorExplainer(aeropayCodesByName),
      profiles: this.upstream.profiles,
      bankAccounts: this.upstream.bankAccounts,
      accounts: this.upstream.accounts,
      widget: this.upstream.widget,
      executions,
      tokens,
      counters: { count: () => undefined },
      environment: 'sandbox' as const,
      stage: 'test',
    };
  }

  async newMerchant(settings: { scopes?: readonly Scope[]; deeplinks?: string[]; configurationId?: string } = {}): Promise<TestMerchant> {
    const { merchant } = await registerMerchant(this.deps, {
      name: 'Shop',
      deeplinks: settings.deeplinks ?? [],
      configurationId: settings.configurationId,
      credentials: { aeropay: { apiKey: 'a', apiSecret: 'b', merchantId: '1' }, aerosync: { apiKey: 'c', apiSecret: 'd' } },
    });
    return { merchantId: merchant.id, key: await this.newKey(merchant, settings.scopes) };
  }

  async newKey({ id }: Pick<Merchant, 'id'>, granted: readonly Scope[] = scopes): Promise<string> {
    return (await issueApiKey(this.deps, { merchantId: id, name: 'test', scopes: granted })).text;
  }

  /** A request as it passes the gateway: matched to a route, its caller authorized where the route asks for one. */
  async call(method: string, path: string, request: ApiRequest = {}): Promise<ApiReply> {
    const headers = { ...(request.key === undefined ? {} : { authorization: `Bearer ${request.key}` }), ...request.headers };
    const found = matchRoute(method, path);
    const authorized = found?.route.scope == null ? undefined : await authorizeRoute(() => this.deps, this.#log)({ headers });
    if (authorized?.isAuthorized === false) return { status: 403, headers: {}, body: { message: 'Forbidden' } };
    return this.invoke(found?.route.name ?? 'not-found', method, path, found?.params ?? {}, authorized?.context, { ...request, headers });
  }

  /** A request that reaches its function with any context that an authorizer may have answered, or with none. */
  async invoke(name: string, method: string, path: string, params: Record<string, string>, authorizer: Readonly<Record<string, string>> | undefined, request: ApiRequest = {}): Promise<ApiReply> {
    const handler = this.#routes.get(name);
    if (handler === undefined) throw new Error(`no handler is bound for ${name}`);
    const query = typeof request.query === 'string' ? request.query : new URLSearchParams(request.query ?? {}).toString();
    const event = apiEvent({ method, path, routeKey: `${method} ${path}`, params, query, headers: request.headers ?? {}, body: wire(request.body), authorizer });
    return toReply(await handler(event, lambdaContext(request.remainingMs)));
  }

  /** Everything that is stored, as text, to be compared. */
  async stored(): Promise<string> {
    const tables = Object.values(this.#dynamodb.tables);
    const rows = await Promise.all(tables.map(async (TableName) => (await this.#dynamodb.client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []));
    return JSON.stringify(rows.map((table) => table.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()));
  }

  /** Brings a job where only its machine would. */
  async setJob({ merchantId, jobId }: JobRef, values: Partial<Job>): Promise<void> {
    const names = Object.keys(values);
    await this.#dynamodb.client.send(
      new UpdateCommand({
        TableName: this.#dynamodb.tables.jobs,
        Key: { pk: `${merchantId}#${jobId}`, sk: 'JOB' },
        UpdateExpression: `SET ${names.map((name, index) => `#n${index} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      }),
    );
  }

  /** Completes a job with a result that is kept for seven days. */
  async completeJob(ref: JobRef, result: StoredResult): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + 7 * 86_400_000);
    await this.deps.results.store(ref, result, expiresAt);
    await this.setJob(ref, { status: 'fetching' });
    await this.deps.completion.complete(ref, expiresAt, this.clock.now());
  }

  stop(): Promise<void> {
    return this.#dynamodb.stop();
  }
}

export async function startApi(): Promise<TestApi> {
  return new TestApi(await startDynamodb());
}

function wire(body: unknown): string | Buffer | undefined {
  return body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function toReply({ statusCode, headers, body }: ApiResult): ApiReply {
  return { status: statusCode, headers, body: body === '' ? {} : (JSON.parse(body) as ApiReply['body']) };
}

/** Static routes before those with parameters, as the gateway does it. */
function matchRoute(method: string, path: string): { route: RouteContract; params: Record<string, string> } | undefined {
  const candidates = [...routes].filter((route) => route.method === method && !route.path.startsWith('/webhooks/')).sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  for (const route of candidates) {
    const match = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (match !== null) return { route, params: Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])) };
  }
  return undefined;
}
