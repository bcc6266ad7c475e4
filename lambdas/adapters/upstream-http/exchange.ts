import { AppError } from '../../domain/errors.ts';
import { cappedText } from './capped-text.ts';
import { parseExactJson } from './exact-json.ts';
import { noReply } from './no-reply.ts';
import { findRefusal } from './refusal.ts';
import type { RefusedAnswer } from './refusal-error.ts';
import { retryAfterSeconds } from './retry-after.ts';

export interface HttpRequest {
  /** What is asked, in words without values: it stands in error messages. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
  readonly signal: AbortSignal;
  /** Recognises a reply that carries an error code without being an error. */
  readonly isReply?: ((body: unknown) => boolean) | undefined;
}

/** As much of `fetch` as an exchange needs. */
export type HttpFetch = (url: URL, init: { readonly method: string; readonly redirect: 'manual'; readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>>; readonly body?: string }) => Promise<Response>;

export type Answer = { readonly kind: 'reply'; readonly body: unknown } | RefusedAnswer;

/**
 * Sends one request, once, and reads the whole answer within the signal's time. Follows no redirect. Never retries: callers decide.
 * @throws AppError UpstreamUnavailable without a readable answer (`surelyNotAccepted` when nothing can have been sent);
 *   UpstreamRejected for a redirect or a reply over the cap
 */
export async function exchange(request: HttpRequest, now: () => Date, send: HttpFetch): Promise<Answer> {
  const { name, signal } = request;
  if (signal.aborted) throw new AppError('UpstreamUnavailable', `${name}: no time left to send it`, { surelyNotAccepted: true });
  const { response, text } = await answered(request, send);
  if (response.status >= 300 && response.status < 400) throw new AppError('UpstreamRejected', `${name}: HTTP ${response.status}, a redirect is not followed`);
  if (text === undefined) throw new AppError('UpstreamRejected', `${name}: the reply is larger than the cap`);

  const refused = (status: number, code?: string): RefusedAnswer => ({
    kind: 'refusal', status, code, retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), now()),
  });
  const body = json(text);
  if (body === undefined) {
    if (response.status === 429 || response.status >= 500 || (text === '' && !response.ok)) return refused(response.status);
    throw new AppError('UpstreamUnavailable', `${name}: HTTP ${response.status}, the reply is not JSON`);
  }
  if (request.isReply?.(body) === true) return { kind: 'reply', body };
  const refusal = findRefusal(body, !response.ok);
  if (refusal === undefined) return response.ok ? { kind: 'reply', body } : refused(response.status);
  return refused(response.ok ? (refusal.status ?? response.status) : response.status, refusal.code);
}

/** As upstream's own examples are written: every request names the content type, and a POST that says nothing has an empty object. */
async function answered({ name, method, url, headers, body, signal }: HttpRequest, send: HttpFetch) {
  const content = body ?? (method === 'POST' ? {} : undefined);
  try {
    const response = await send(url, {
      method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...headers,
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    return { response, text: await cappedText(response) };
  } catch (error) {
    throw noReply(name, error);
  }
}

/** Undefined for what is no JSON. The parser's own error is dropped, since it quotes the text. */
function json(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
