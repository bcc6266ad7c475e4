import * as z from 'zod';
import * as shapes from './api-shapes.ts';
import { checkReply, type Reply } from './check-reply.ts';

export interface ApiClientOptions {
  readonly apiUrl: string;
  /** Sent as the bearer when given. */
  readonly apiKey?: string;
  /** Hears every reply. */
  readonly onReply?: (reply: Reply) => void;
}

export interface SendOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it stands, without a content type of its own. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string | undefined;
}

export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface NewPerson {
  readonly externalId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phoneNumber: string;
  readonly email: string;
}

type Keyed = Pick<SendOptions, 'idempotencyKey'>;
type Query = Readonly<Record<string, string | number | undefined>>;

/** A merchant's app, written after the HTTP contract alone. Every reply is held to it; whatever is not promised is an error. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** Any request; the reply is held to what holds for every reply. */
  async send(method: string, path: string, { body, rawBody, headers, idempotencyKey }: SendOptions = {}): Promise<Reply> {
    const { apiUrl, apiKey, onReply } = this.#options;
    const content = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const reply = await checkReply(`${method} ${path.split('?', 1)[0] ?? ''}`, response);
    onReply?.(reply);
    return reply;
  }

  /** A request that must be refused with this code. */
  async refused(code: string, method: string, path: string, options?: SendOptions): Promise<shapes.Problem> {
    const { status, problem, text } = await this.send(method, path, options);
    if (problem?.code !== code) throw new Error(`${method} ${path} should be refused with ${code}, but answered ${status} ${text.slice(0, 400)}`);
    return problem;
  }

  createUser(person: NewPerson, keyed?: Keyed): Promise<Answered<shapes.User>> {
    return this.#call(shapes.user, [200, 201], 'POST', '/v1/users', { body: person, ...keyed });
  }
  verifyUser(userId: string, code: string, keyed?: Keyed): Promise<Answered<shapes.User>> {
    return this.#call(shapes.user, [200], 'POST', `/v1/users/${userId}/verification`, { body: { code }, ...keyed });
  }
  resendCode(userId: string, keyed?: Keyed): Promise<Answered<shapes.User>> {
    return this.#call(shapes.user, [202], 'POST', `/v1/users/${userId}/verification/resend`, { ...keyed });
  }
  getUser(userId: string, query: Query = {}): Promise<Answered<shapes.User>> {
    return this.#call(shapes.user, [200], 'GET', `/v1/users/${userId}${queryText(query)}`);
  }
  changeUser(userId: string, changes: Partial<Omit<NewPerson, 'phoneNumber'>>): Promise<Answered<shapes.User>> {
    return this.#call(shapes.user, [200], 'PATCH', `/v1/users/${userId}`, { body: changes });
  }
  listBankAccounts(userId: string) {
    return this.#call(z.strictObject({ items: z.array(shapes.bankAccount) }), [200], 'GET', `/v1/users/${userId}/bank-accounts`);
  }
  linkBankAccount(userId: string, body: { connectionId: string } | { user_id: string; user_password: string }, keyed?: Keyed) {
    return this.#call(shapes.bankAccount, [201], 'POST', `/v1/users/${userId}/bank-accounts`, { body, ...keyed });
  }
  explainError(error: unknown) {
    return this.#call(shapes.explained, [200], 'POST', '/v1/errors/explain', { body: { error } });
  }
  listUsers(query: Query = {}) {
    return this.#call(shapes.pageOf(shapes.user), [200], 'GET', `/v1/users${queryText(query)}`);
  }
  widgetToken(userId: string, body: { purpose: 'link' | 'mfa' | 'reconnect' } & Readonly<Record<string, string>>, keyed?: Keyed): Promise<Answered<shapes.WidgetToken>> {
    return this.#call(shapes.widgetToken, [201], 'POST', `/v1/users/${userId}/widget-tokens`, { body, ...keyed });
  }
  saveConnections(userId: string, onSuccess: unknown, keyed?: Keyed): Promise<Answered<shapes.SavedConnections>> {
    return this.#call(shapes.savedConnections, [200, 201], 'POST', `/v1/users/${userId}/connections`, { body: onSuccess, ...keyed });
  }
  getConnection(connectionId: string): Promise<Answered<shapes.Connection>> {
    return this.#call(shapes.connection, [200], 'GET', `/v1/connections/${connectionId}`);
  }
  listConnections(query: Query = {}, path = '/v1/connections') {
    return this.#call(shapes.pageOf(shapes.connection), [200], 'GET', `${path}${queryText(query)}`);
  }
  checkConnection(connectionId: string, keyed?: Keyed): Promise<Answered<shapes.Connection>> {
    return this.#call(shapes.connection, [200], 'POST', `/v1/connections/${connectionId}/check`, { ...keyed });
  }
  accountDetails(connectionId: string) {
    return this.#call(shapes.accountDetails, [200], 'GET', `/v1/connections/${connectionId}/account`);
  }
  startJob(connectionId: string, body: { readonly type: string } & Readonly<Record<string, string>>, keyed?: Keyed): Promise<Answered<shapes.Job>> {
    return this.#call(shapes.job, [200, 202], 'POST', `/v1/connections/${connectionId}/jobs`, { body, ...keyed });
  }
  getJob(jobId: string, query: Query = {}): Promise<Answered<shapes.Job>> {
    return this.#call(shapes.job, [200], 'GET', `/v1/jobs/${jobId}${queryText(query)}`);
  }
  listJobs(query: Query = {}, path = '/v1/jobs') {
    return this.#call(shapes.pageOf(shapes.job), [200], 'GET', `${path}${queryText(query)}`);
  }
  resumeJob(jobId: string, keyed?: Keyed): Promise<Answered<shapes.Job>> {
    return this.#call(shapes.job, [202], 'POST', `/v1/jobs/${jobId}/resume`, { ...keyed });
  }
  cancelJob(jobId: string, keyed?: Keyed): Promise<Answered<shapes.Job>> {
    return this.#call(shapes.job, [200], 'POST', `/v1/jobs/${jobId}/cancel`, { ...keyed });
  }
  redriveJob(jobId: string, keyed?: Keyed): Promise<Answered<shapes.Job>> {
    return this.#call(shapes.job, [200, 202], 'POST', `/v1/jobs/${jobId}/redrive`, { ...keyed });
  }
  timeline(jobId: string) {
    return this.#call(shapes.timeline, [200], 'GET', `/v1/jobs/${jobId}/timeline`);
  }
  balance(path: string) {
    return this.#call(shapes.balanceResult, [200], 'GET', path);
  }
  transactions(path: string, query: Query = {}) {
    return this.#call(shapes.transactionsResult, [200], 'GET', `${path}${queryText(query)}`);
  }
  identity(path: string) {
    return this.#call(shapes.identityResult, [200], 'GET', path);
  }

  listEvents(query: Query = {}) {
    return this.#call(shapes.pageOf(shapes.event), [200], 'GET', `/v1/events${queryText(query)}`);
  }

  /** Follows a job by long poll until it ends or asks for the person. */
  async follow(jobId: string): Promise<shapes.Job> {
    for (let turn = 0; turn < 10; turn++) {
      const { body } = await this.getJob(jobId, { waitSeconds: 20 });
      if (!['queued', 'running', 'fetching'].includes(body.status)) return body;
    }
    throw new Error(`the job ${jobId} neither ended nor asked for the person`);
  }

  async #call<S extends z.ZodType>(shape: S, statuses: readonly number[], method: string, path: string, options?: SendOptions): Promise<Answered<z.output<S>>> {
    const { status, headers, text, json } = await this.send(method, path, options);
    if (!statuses.includes(status)) throw new Error(`${method} ${path} should answer ${statuses.join(' or ')}, but answered ${status} ${text.slice(0, 400)}`);
    const parsed = shape.safeParse(json);
    if (!parsed.success) throw new Error(`${method} ${path} answered another shape than the contract's: ${z.prettifyError(parsed.error)}`);
    return { status, headers, body: parsed.data };
  }
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}
