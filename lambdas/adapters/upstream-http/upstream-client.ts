import { AppError } from '../../domain/errors.ts';
import { issuePaths } from '../../domain/issue-paths.ts';
import type { UpstreamCredentials } from '../../domain/merchant.ts';
import type { Secrets } from '../../ports.ts';
import { beforeDeadline } from './before-deadline.ts';
import { beforeSending } from './before-sending.ts';
import { BearerTokens, type MintedToken } from './bearer-tokens.ts';
import { exchange, type Answer, type HttpFetch } from './exchange.ts';
import { fetchAfresh } from './fetch-afresh.ts';
import { joinUrl } from './join-url.ts';
import { refusalError } from './refusal-error.ts';
import { repeatRead, type Patience } from './repeat-read.ts';
import type { UpstreamCall } from './upstream-call.ts';
import type { UpstreamDialect } from './upstream-dialect.ts';

export interface UpstreamSettings extends Patience {
  /** Without a version; may have a path of its own. */
  readonly baseUrl: URL;
  /** Reads refused ones again, at intervals of its own. */
  readonly credentials: Secrets['upstreamCredentials'];
  /** For a whole call, instead of the usual limits: token, refresh, repeats and pauses included. */
  readonly timeoutMs?: number;
  /** Sends every call; when absent, the runtime's own `fetch` sends what may be repeated, and what may not goes out on a connection of its own. */
  readonly fetch?: HttpFetch;
}

/**
 * Both longer than the ten seconds after which the runtime gives up connecting, so that a host that takes no connection is known as one. A read
 * may stand before another call in one request, and a function of the API has 29 s.
 */
const limitsMs = { read: 12_000, other: 15_000 };
/** How many wrong places of one reply an error names; a long list may be wrong throughout. */
const pathsTold = 5;

/**
 * Speaks to one upstream product for all merchants: tokens and credentials are looked after here, every reply is parsed, every failure has
 * a code of the catalogue. What only reads is repeated when its failure may pass. Nothing else is, save that a refused token or credential is
 * replaced once: a refusal accepts nothing.
 */
export class UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #dialect: UpstreamDialect;
  readonly #tokens: BearerTokens<UpstreamCredentials>;

  constructor(settings: UpstreamSettings, dialect: UpstreamDialect) {
    this.#settings = settings;
    this.#dialect = dialect;
    this.#tokens = new BearerTokens(settings.clock, dialect.identityOf);
  }

  /** The time of one call that changes something, for a read after it to share. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#limitMs(false));
  }

  /** One call with a bearer token. */
  async call<T>(merchantId: string, call: UpstreamCall<T>, deadline: AbortSignal = this.#deadlineOf(call)): Promise<T> {
    if (call.needsFreshToken === true) this.#tokens.forget(ownerOf(merchantId, call));
    return this.#patiently(call, deadline, () => this.#callOnce(merchantId, call, deadline));
  }

  /** One call that carries the merchant's credentials in its body instead of a token. */
  async callWithCredentials<T>(merchantId: string, call: UpstreamCall<T>): Promise<T> {
    const deadline = this.#deadlineOf(call);
    return this.#patiently(call, deadline, async () => (await this.#withCredentials(merchantId, call, deadline)).reply);
  }

  async #patiently<T>(call: UpstreamCall<T>, deadline: AbortSignal, once: () => Promise<T>): Promise<T> {
    return isRepeatable(call) ? repeatRead(once, this.#settings, this.#limitMs(true), deadline) : once();
  }

  #deadlineOf<T>(call: UpstreamCall<T>): AbortSignal {
    return AbortSignal.timeout(this.#limitMs(isRepeatable(call)));
  }

  #limitMs(isRead: boolean): number {
    return this.#settings.timeoutMs ?? (isRead ? limitsMs.read : limitsMs.other);
  }

  async #callOnce<T>(merchantId: string, call: UpstreamCall<T>, deadline: AbortSignal): Promise<T> {
    const first = await this.#authorize(merchantId, call, deadline);
    const answer = await this.#send(call, first.credentials, deadline, first.token);
    if (!isRefusedBy(this.#dialect.tokenRefusals, answer)) return this.#read(call, answer);

    const second = await this.#authorize(merchantId, call, deadline, first.token);
    const repeated = await this.#send(call, second.credentials, deadline, second.token);
    if (isRefusedBy(this.#dialect.tokenRefusals, repeated)) throw credentialsRejected(call.name, repeated);
    return this.#read(call, repeated);
  }

  /** What may pass on the way to a token may be tried again: the call itself was never sent. */
  async #authorize<T>(merchantId: string, call: UpstreamCall<T>, deadline: AbortSignal, refused?: string): Promise<MintedToken<UpstreamCredentials>> {
    const { name, onBehalfOf } = call;
    try {
      const credentials = await this.#settings.credentials(merchantId);
      const mint = () => (onBehalfOf === undefined ? this.#mint(merchantId) : this.#mintFor(merchantId, onBehalfOf));
      return await beforeDeadline(name, this.#tokens.get(ownerOf(merchantId, call), credentials, mint, refused), deadline);
    } catch (error) {
      throw beforeSending(error);
    }
  }

  async #mint(merchantId: string): Promise<MintedToken<UpstreamCredentials>> {
    const { credentials, reply } = await this.#withCredentials(merchantId, this.#dialect.mint(undefined), this.deadline());
    return { ...reply, credentials };
  }

  /** One code may refuse the credentials or the person: whether the merchant is still granted a token of its own tells which. */
  async #mintFor(merchantId: string, person: string): Promise<MintedToken<UpstreamCredentials>> {
    const { credentialRefusals, identityOf, mint } = this.#dialect;
    const call = mint(person);
    const deadline = this.deadline();
    const credentials = await this.#settings.credentials(merchantId);
    const answer = await this.#send(call, credentials, deadline);
    if (!isRefusedBy(credentialRefusals, answer)) return { ...this.#read(call, answer), credentials };

    const own = await this.#withCredentials(merchantId, mint(undefined), deadline);
    if (identityOf(own.credentials) === identityOf(credentials)) throw this.#personRefused(call.name, answer);
    const repeated = await this.#send(call, own.credentials, deadline);
    if (isRefusedBy(credentialRefusals, repeated)) throw this.#personRefused(call.name, repeated);
    return { ...this.#read(call, repeated), credentials: own.credentials };
  }

  async #withCredentials<T>(merchantId: string, call: UpstreamCall<T>, deadline: AbortSignal): Promise<{ credentials: UpstreamCredentials; reply: T }> {
    const { credentialRefusals, identityOf } = this.#dialect;
    const credentials = await this.#settings.credentials(merchantId);
    const answer = await this.#send(call, credentials, deadline);
    if (!isRefusedBy(credentialRefusals, answer)) return { credentials, reply: this.#read(call, answer) };

    const fresh = await this.#settings.credentials(merchantId, credentials);
    if (identityOf(fresh) === identityOf(credentials)) throw credentialsRejected(call.name, answer);
    const repeated = await this.#send(call, fresh, deadline);
    if (isRefusedBy(credentialRefusals, repeated)) throw credentialsRejected(call.name, repeated);
    return { credentials: fresh, reply: this.#read(call, repeated) };
  }

  /** A form that upstream refuses is followed by the other one, where there is one; when none is taken, the first refusal is told. */
  async #send<T>(call: UpstreamCall<T>, credentials: UpstreamCredentials, signal: AbortSignal, token?: string): Promise<Answer> {
    const first = await this.#sendOnce(call, credentials, signal, token);
    let [answer, form] = [first, call];
    for (const others = [...(call.otherForms ?? [])]; ; ) {
      const next = others.findIndex(({ refusedBy }) => refusedBy.includes(codeOf(answer) ?? ''));
      if (next === -1) return answer === first || this.#isNoBetter(answer, call) ? first : answer;
      form = { ...form, ...others.splice(next, 1)[0] };
      answer = await this.#sendOnce(form, credentials, signal, token);
    }
  }

  /** Whether another form is refused for its form too, or as something that upstream has no code for. Throttled, broken or unauthorised says nothing of a form. */
  #isNoBetter<T>(other: Answer, { otherForms = [] }: UpstreamCall<T>): boolean {
    if (other.kind === 'reply') return false;
    const { code, status } = other;
    if (code !== undefined) return this.#dialect.formRefusals.has(code) || otherForms.some(({ refusedBy }) => refusedBy.includes(code));
    return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
  }

  async #sendOnce<T>(call: UpstreamCall<T>, credentials: UpstreamCredentials, signal: AbortSignal, token?: string): Promise<Answer> {
    const { baseUrl, clock, fetch: send = call.method === 'GET' || isRepeatable(call) ? fetch : fetchAfresh } = this.#settings;
    const { name, method, path, query, body, sendBefore, isReply } = call;
    if (sendBefore !== undefined && clock.now() > sendBefore) throw new AppError('UpstreamUnavailable', `${name}: no time left to send it`, { surelyNotAccepted: true });
    const headers = { ...call.headers?.(credentials), ...(token === undefined ? {} : { [this.#dialect.tokenHeader]: `Bearer ${token}` }) };
    const request = { name, method, url: joinUrl(baseUrl, path, query), headers, body: body?.(credentials), signal, isReply };
    return exchange(request, () => clock.now(), send);
  }

  #read<T>(call: UpstreamCall<T>, answer: Answer): T {
    if (answer.kind === 'refusal') throw refusalError(call.name, answer, this.#dialect.codes);
    const parsed = call.reply.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new AppError('UpstreamRejected', `${call.name}: the reply differs at ${issuePaths(parsed.error, '(the whole reply)', pathsTold)}`);
  }

  #personRefused(name: string, answer: Answer): AppError {
    const upstreamCode = codeOf(answer);
    if (upstreamCode === undefined || !this.#dialect.personRefusals.has(upstreamCode)) return credentialsRejected(name, answer);
    return new AppError('VerificationRequired', `${name}: the person is not confirmed at this merchant, ${upstreamCode}: have a new code sent and confirmed`, { upstreamCode });
  }
}

/** Whose token a call carries. */
function ownerOf<T>(merchantId: string, { onBehalfOf }: UpstreamCall<T>): string {
  return JSON.stringify([merchantId, onBehalfOf]);
}

function isRepeatable<T>({ method, repeatable = method === 'GET' }: UpstreamCall<T>): boolean {
  return repeatable;
}

/** A 401 without a code is taken for a refused token or credential: whoever sent it asks for authentication. */
function isRefusedBy(codes: ReadonlySet<string>, answer: Answer): boolean {
  if (answer.kind !== 'refusal') return false;
  return answer.code === undefined ? answer.status === 401 : codes.has(answer.code);
}

function codeOf(answer: Answer): string | undefined {
  return answer.kind === 'refusal' ? answer.code : undefined;
}

/** Whatever was sent with them is not accepted. */
function credentialsRejected(name: string, answer: Answer): AppError {
  const upstreamCode = codeOf(answer);
  return new AppError('CredentialsRejected', `${name}: upstream refuses the merchant's credentials, ${upstreamCode ?? 'no code'}`, { upstreamCode, surelyNotAccepted: true });
}
