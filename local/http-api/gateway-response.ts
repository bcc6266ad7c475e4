import * as z from 'zod';

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const structured = z.object({
  statusCode: z.union([z.number(), z.string().regex(/^\d{3}$/).transform(Number)]).pipe(z.number().int().min(200).max(599)),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Headers that the gateway sets itself, whatever a function says. */
const notTaken = new Set(['connection', 'content-length', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * What the gateway makes of a function's result (JSON text). Without a `statusCode` the result itself is the body of a 200.
 * Undefined when a result with a `statusCode` does not fit the format: the caller of the API gets a 500.
 */
export function gatewayResponse(payload: string): GatewayResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(typeof result === 'string' ? result : payload) };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode: status, headers, cookies, body, isBase64Encoded } = parsed.data;
  const taken = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value]).filter(([name]) => !notTaken.has(name));
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(taken), ...(cookies && cookies.length > 0 && { 'set-cookie': cookies }) },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** A reply that the gateway gives by itself. */
export function gatewayMessage(status: number, message: string): GatewayResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}
