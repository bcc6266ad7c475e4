import { answer, type Respond } from './loopback.ts';

export interface Fault {
  readonly name: string;
  readonly respond: Respond;
  /** Our code for it. */
  readonly code: 'UpstreamThrottled' | 'UpstreamUnavailable' | 'UpstreamRejected' | 'UserActionRequired' | 'NotAvailable';
  /** A failure that a repeat may overcome, as it is asked for at once. */
  readonly mayPass: boolean;
  /** Whether even a create can surely not have been accepted. */
  readonly surelyNotAccepted?: boolean;
  readonly retryAfterSeconds?: number;
  /** For faults that are a lack of any answer: how long a call may take at most. */
  readonly timeoutMs?: number;
}

const stalled: Respond = (_seen, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"token":');
const cutOff: Respond = (_seen, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"token":"a', () => response.destroy());
};
const html = (status: number): Respond => (_seen, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
const byProduct = (aerosync: object, aeropay: object): Respond => (seen, response) => answer(200, seen.path.startsWith('/aerosync') ? aerosync : aeropay)(seen, response);
const throttled = { code: 'UpstreamThrottled', mayPass: true, surelyNotAccepted: true } as const;
const unavailable = { code: 'UpstreamUnavailable', mayPass: true } as const;
const rejected = { code: 'UpstreamRejected', mayPass: false } as const;

/** What may come instead of a reply, at any call. */
export const faults: readonly Fault[] = [
  { name: '429 without Retry-After', respond: answer(429, {}), ...throttled },
  { name: '429 with a Retry-After of a second', respond: answer(429, {}, { 'retry-after': '1' }), ...throttled, retryAfterSeconds: 1 },
  { name: '429 with a Retry-After of half a minute', respond: answer(429, {}, { 'retry-after': '30' }), ...throttled, mayPass: false, retryAfterSeconds: 30 },
  { name: '429 as HTML', respond: html(429), ...throttled },
  { name: '500', respond: answer(500, {}), ...unavailable },
  { name: '500 with an unknown code inside', respond: answer(500, { error: { code: 'XX-1', message: 'x' } }), ...unavailable },
  { name: '502', respond: html(502), ...unavailable },
  { name: '503', respond: answer(503, {}), ...unavailable },
  { name: '503 with a Retry-After of a minute', respond: answer(503, 'down', { 'retry-after': '60' }), ...unavailable, mayPass: false, retryAfterSeconds: 60 },
  { name: '408', respond: answer(408, {}), ...unavailable },
  { name: 'a reset', respond: (_seen, response) => response.destroy(), ...unavailable },
  { name: 'silence', respond: () => undefined, ...unavailable, mayPass: false, timeoutMs: 250 },
  { name: 'silence after half a reply', respond: stalled, ...unavailable, mayPass: false, timeoutMs: 250 },
  { name: 'half a JSON', respond: (_seen, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"a'), ...unavailable },
  { name: 'a reply that is cut off', respond: cutOff, ...unavailable },
  { name: 'HTML with 200', respond: html(200), ...unavailable },
  { name: 'HTML with 404', respond: html(404), ...unavailable },
  { name: 'an empty reply', respond: answer(200, ''), ...unavailable },
  { name: '403 without a body', respond: answer(403, ''), ...rejected },
  { name: '404 without a code', respond: answer(404, { message: 'Not Found' }), ...rejected },
  { name: '400 with an unknown code', respond: answer(400, { error: { code: 'AP9999', message: 'new' } }), ...rejected },
  { name: '200 with {error:{code}}', respond: answer(200, { error: { code: 'AC-999', message: 'new', help: 'contact support@' } }), ...rejected },
  { name: '200 with {success:false,code,error}', respond: answer(200, { success: false, code: 'AP9998', error: 'a text' }), ...rejected },
  { name: '200 with {success:0,error}', respond: answer(200, { success: 0, error: 'a text' }), ...rejected },
  { name: '200 with {code,message}', respond: answer(200, { code: 'MISSING_PARAMETER', message: 'aggregator' }), ...rejected },
  { name: '200 with a known code in the standard envelope', respond: byProduct({ error: { code: 'AC-204' } }, { error: { code: 'AP403' } }), code: 'NotAvailable', mayPass: false },
  { name: '200 with a known code in the older envelope', respond: byProduct({ success: false, code: 'AC-104' }, { success: false, code: 'AP300' }), code: 'UserActionRequired', mayPass: false },
  { name: '200 with a status of its own that is an error', respond: answer(200, { status: 'error', statusCode: 503 }), ...unavailable },
  { name: 'JSON null', respond: answer(200, null), ...rejected },
  { name: 'a JSON list', respond: answer(200, ['surprise']), ...rejected },
  { name: 'a missing required field', respond: answer(200, {}), ...rejected },
  { name: 'a redirect', respond: (_seen, response) => response.writeHead(307, { location: '/elsewhere' }).end(), ...rejected },
];
