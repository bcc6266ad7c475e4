import type { ServerResponse } from 'node:http';
import { toJsonText, type Json } from '../json-text.ts';
import type { UpstreamReply } from '../upstream-call.ts';
import type { HttpFault } from './http-fault.ts';

/** A fault that spoils the reply; `delay` only holds it back, and `change` leaves it a reply. */
export type SpoilingFault = Exclude<HttpFault, { fault: 'delay' | 'change' }>;

/** A reply to cut in half when the call itself was not carried out. */
const someReply: UpstreamReply = { status: 200, body: { status: 'success', statusCode: 200 } };

/**
 * Sends the spoilt reply on the raw response, below every framework's good manners.
 * @param reply what the call answered; undefined when the fault struck before it was carried out
 * @returns the status that the caller gets; null for none
 */
export function sendFault(raw: ServerResponse, fault: SpoilingFault, reply: UpstreamReply | undefined): number | null {
  switch (fault.fault) {
    case 'status': {
      const { status, code } = fault;
      const body = code === undefined ? { message: `HTTP ${status}` } : inEnvelope(code, fault.envelope ?? 'standard');
      raw.writeHead(status, { 'content-type': 'application/json', ...retryAfterHeader(fault.retryAfter) }).end(toJsonText(body));
      return status;
    }
    case 'html':
      raw.writeHead(fault.status, { 'content-type': 'text/html', ...retryAfterHeader(fault.retryAfter) });
      raw.end('<html><body><h1>Bad Gateway</h1></body></html>');
      return fault.status;
    case 'empty':
      raw.writeHead(fault.status, { 'content-type': 'application/json', 'content-length': '0' }).end();
      return fault.status;
    case 'half': {
      const { status, body } = reply ?? someReply;
      const whole = Buffer.from(toJsonText(body));
      raw.writeHead(status, { 'content-type': 'application/json', 'content-length': whole.length });
      raw.write(whole.subarray(0, Math.floor(whole.length / 2)), () => raw.socket?.destroy());
      return status;
    }
    case 'reset':
      raw.socket?.resetAndDestroy();
      return null;
    case 'hang':
      return null; // the connection stays open until the caller or the simulator closes it
  }
}

function inEnvelope(code: string, envelope: 'standard' | 'older' | 'bare'): Json {
  const message = 'Simulated refusal';
  switch (envelope) {
    case 'standard':
      return { error: { code, message } };
    case 'older':
      return { success: false, code, error: message };
    case 'bare':
      return { code, message };
  }
}

function retryAfterHeader(retryAfter: string | number | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}
