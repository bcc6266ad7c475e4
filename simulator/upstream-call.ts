import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Json } from './json-text.ts';

/** A request as an upstream call sees it. */
export interface UpstreamRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
  /** Tells the call log whose credentials or token this is. */
  actFor(merchant: string): void;
}

export interface UpstreamReply {
  readonly status: number;
  readonly body: Json;
}

/** One call of the imitated API. `path` is as upstream has it, without the simulator's prefix, which is the name of the upstream. */
export interface UpstreamCall {
  readonly upstream: 'aeropay' | 'aerosync' | 'webhook-management';
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly run: (request: UpstreamRequest) => UpstreamReply;
}

/** The name a call has in the call log and for faults, e.g. `aerosync POST /v2/accounts/:connectionId/refresh`. */
export function callName(call: Pick<UpstreamCall, 'upstream' | 'method' | 'path'>): string {
  return `${call.upstream} ${call.method} ${call.path}`;
}

/** Thrown by a call that says no; carries the reply. Its message is for the simulator's own developers. */
export class Refusal extends Error {
  readonly reply: UpstreamReply;

  constructor(status: number, body: Json) {
    super(`refused with HTTP ${status}`);
    this.name = 'Refusal';
    this.reply = { status, body };
  }
}

const jsonObject = z.record(z.string(), z.unknown());

/**
 * The members of a JSON body; an absent body has none. A body that is not announced as JSON gets 415, as AWS's gateway
 * in front of both products answers it; one that is no JSON object gets `malformed`, which each product words its own way.
 */
export function readMembers(request: UpstreamRequest, malformed: () => Refusal): Record<string, unknown> {
  if (request.body === undefined || request.body.length === 0) return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, { message: 'Unsupported Media Type' });
  }
  const parsed = jsonObject.safeParse(parseJson(request.body.toString('utf8')));
  if (!parsed.success) throw malformed();
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
