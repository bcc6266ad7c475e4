import type * as z from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { UpstreamCredentials } from '../../domain/merchant.ts';
import type { Clock, Secrets } from '../../ports.ts';
import { beforeDeadline } from './before-deadline.ts';
import { BearerTokens, type MintedToken } from './bearer-tokens.ts';
import { exchange, type Answer } from './exchange.ts';
import { joinUrl } from './join-url.ts';
import { refusalError } from './refusal-error.ts';
import type { UpstreamCode } from './upstream-code.ts';

export interface UpstreamSettings {
  /** Without a version; may have a path of its own. */
  readonly baseUrl: URL;
  /** Reads refused ones again, at intervals of its own. */
  readonly credentials: Secrets['upstreamCredentials'];
  readonly clock: Clock;
  /** For a whole call: token, refresh and repeat included. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** What the shared client has to know of one upstream product. */
export interface UpstreamDialect {
  readonly codes: ReadonlyMap<string, UpstreamCode>;
  /** Codes that refuse a bearer token: a fresh one may help. */
  readonly tokenRefusals: ReadonlySet<string>;
  /** Codes that refuse the credentials themselves: only other credentials help. */
  readonly credentialRefusals: ReadonlySet<string>;
  /** Tells the product's credentials apart. */
  readonly identityOf: (credentials: UpstreamCredentials) => string;
  readonly mint: UpstreamCall<{ readonly token: string; readonly lifetimeSeconds: number }>;
}

export interface UpstreamCall<T> {
  /** What is asked, in words without values: it stands in error messages. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: (credentials: UpstreamCredentials) => object;
  readonly reply: z.ZodType<T>;
  /** Recognises a reply that carries an error code without being an error. */
  readonly isReply?: (body: unknown) => boolean;
}

/** Longer than the ten seconds after which the runtime gives up connecting, so that a host that takes no connection is known as one. */
const defaultTimeoutMs = 15_000;
/** How many wrong places of one reply an error names; a long list may be wrong throughout. */
const pathsTold = 5;

/**
 * Speaks to one upstream product for all merchants: tokens and credentials are looked after here, every reply is parsed, every failure has
 * a code of the catalogue. Never retries, save that a refused token or credential is replaced once: a refusal accepts nothing.
 */
export class UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #dialect: UpstreamDialect;
  readonly #timeoutMs: number;
  readonly #tokens: BearerTokens<UpstreamCredentials>;

  constructor(settings: UpstreamSettings, dialect: UpstreamDialect) {
    this.#settings = settings;
    this.#dialect = dialect;
    this.#timeoutMs = settings.timeoutMs ?? defaultTimeoutMs;
    this.#tokens = new BearerTokens(settings.clock, dialect.identityOf);
  }

  /** One call with a bearer token. */
  async call<T>(merchantId: string, call: UpstreamCall<T>): Promise<T> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const first = await this.#authorize(call.name, merchantId, deadline);
    const answer = await this.#send(call, first.credentials, deadline, first.token);
    if (!isRefusedBy(this.#dialect.tokenRefusals, answer)) return this.#read(call, answer);

    const second = await this.#authorize(call.name, merchantId, deadline, first.token);
    const repeated = await this.#send(call, second.credentials, deadline, second.token);
    if (isRefusedBy(this.#dialect.tokenRefusals, repeated)) throw credentialsRejected(call.name, repeated);
    return this.#read(call, repeated);
  }

  /** One call that carries the merchant's credentials in its body instead of a token. */
  async callWithCredentials<T>(merchantId: string, call: UpstreamCall<T>): Promise<T> {
    return (await this.#withCredentials(merchantId, call)).reply;
  }

  /** What may pass on the way to a token may be tried again: the call itself was never sent. */
  async #authorize(name: string, merchantId: string, deadline: AbortSignal, refused?: string): Promise<MintedToken<UpstreamCredentials>> {
    try {
      const credentials = await this.#settings.credentials(merchantId);
      return await beforeDeadline(name, this.#tokens.get(merchantId, credentials, () => this.#mint(merchantId), refused), deadline);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UpstreamUnavailable') throw error;
      throw new AppError(error.code, error.message, { ...error.details, surelyNotAccepted: true });
    }
  }

  async #mint(merchantId: string): Promise<MintedToken<UpstreamCredentials>> {
    const { credentials, reply } = await this.#withCredentials(merchantId, this.#dialect.mint);
    return { ...reply, credentials };
  }

  async #withCredentials<T>(merchantId: string, call: UpstreamCall<T>): Promise<{ credentials: UpstreamCredentials; reply: T }> {
    const { credentialRefusals, identityOf } = this.#dialect;
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const credentials = await this.#settings.credentials(merchantId);
    const answer = await this.#send(call, credentials, deadline);
    if (!isRefusedBy(credentialRefusals, answer)) return { credentials, reply: this.#read(call, answer) };

    const fresh = await this.#settings.credentials(merchantId, credentials);
    if (identityOf(fresh) === identityOf(credentials)) throw credentialsRejected(call.name, answer);
    const repeated = await this.#send(call, fresh, deadline);
    if (isRefusedBy(credentialRefusals, repeated)) throw credentialsRejected(call.name, repeated);
    return { credentials: fresh, reply: this.#read(call, repeated) };
  }

  async #send<T>(call: UpstreamCall<T>, credentials: UpstreamCredentials, signal: AbortSignal, token?: string): Promise<Answer> {
    const { baseUrl, clock, fetch: send = fetch } = this.#settings;
    const { name, method, path, query, body, isReply } = call;
    const request = { name, method, url: joinUrl(baseUrl, path, query), token, body: body?.(credentials), signal, isReply };
    return exchange(request, () => clock.now(), send);
  }

  #read<T>(call: UpstreamCall<T>, answer: Answer): T {
    if (answer.kind === 'refusal') throw refusalError(call.name, answer, this.#dialect.codes);
    const parsed = call.reply.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    // Only the paths: the values are a person's data.
    const paths = parsed.error.issues.slice(0, pathsTold).map(({ path }) => path.join('.') || '(the whole reply)');
    throw new AppError('UpstreamRejected', `${call.name}: the reply differs at ${paths.join(', ')}`);
  }
}

/** A 401 without a code is taken for a refused token or credential: whoever sent it asks for authentication. */
function isRefusedBy(codes: ReadonlySet<string>, answer: Answer): boolean {
  if (answer.kind !== 'refusal') return false;
  return answer.code === undefined ? answer.status === 401 : codes.has(answer.code);
}

function credentialsRejected(name: string, answer: Answer): AppError {
  const upstreamCode = answer.kind === 'refusal' ? answer.code : undefined;
  return new AppError('CredentialsRejected', `${name}: upstream refuses the merchant's credentials, ${upstreamCode ?? 'no code'}`, { upstreamCode });
}
