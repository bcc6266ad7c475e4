import { createHmac } from 'node:crypto';
import fc from 'fast-check';

export interface Delivery {
  readonly body: Buffer;
  readonly header: string | undefined;
}

export const secret = 'whsec_0123456789abcdef0123456789abcdef';
export const signatureOf = (body: Uint8Array, key = secret, algorithm = 'sha256') => `${algorithm}=${createHmac(algorithm, key).update(body).digest('hex')}`;

/** A delivery as upstream sends it (aerosync-api.md §6.1), signed. */
export const genuine: fc.Arbitrary<{ readonly body: Buffer; readonly header: string }> = fc
  .record({
    event: fc.constantFrom('job.balance', 'job.transaction', 'job.identity', 'bank.revocation', 'test.event'),
    timestamp: fc.integer({ min: 1_772_000_000, max: 1_772_400_000 }),
    data: fc.record({
      job_id: fc.uuid().map((id) => `REF-${id}`),
      connection_id: fc.uuid().map((id) => id.replaceAll('-', '')),
      status: fc.constantFrom('initiated', 'pending_mfa', 'completed', 'failed'),
      bank_name: fc.constantFrom('Chase', 'Crédit Agricole', 'みずほ銀行'),
      amount: fc.constantFrom(1.1, 20, 1e21),
    }),
  })
  .map((payload) => {
    const body = Buffer.from(JSON.stringify(payload));
    return { body, header: signatureOf(body) };
  });

const place = fc.nat();
const hexOf = (header: string) => header.slice('sha256='.length);

/** What may become of a genuine delivery on its way here. Each makes another body, another header, or both. */
const mutations: Readonly<Record<string, fc.Arbitrary<(genuine: { body: Buffer; header: string }) => Delivery>>> = {
  'bits of the body flipped': fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }).map((flips) => ({ body, header }) => {
    const bytes = Buffer.from(body);
    for (const [at, bits] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ bits;
    return { body: bytes, header };
  }),
  'bits of the signature flipped': fc.tuple(fc.nat(63), fc.integer({ min: 1, max: 15 })).map(([at, bits]) => ({ body, header }) => {
    const hex = hexOf(header);
    const digit = (Number.parseInt(hex.charAt(at), 16) ^ bits).toString(16);
    return { body, header: `sha256=${hex.slice(0, at)}${digit}${hex.slice(at + 1)}` };
  }),
  'any character of the header replaced': fc.tuple(place, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })).map(([at, character]) => ({ body, header }) => ({
    body, header: `${header.slice(0, at % header.length)}${character}${header.slice((at % header.length) + 1)}`,
  })),
  'body cut short': place.map((length) => ({ body, header }) => ({ body: body.subarray(0, length % body.length), header })),
  'body made longer': fc.uint8Array({ minLength: 1, maxLength: 8 }).map((more) => ({ body, header }) => ({ body: Buffer.concat([body, more]), header })),
  'signature cut short': fc.nat(70).map((length) => ({ body, header }) => ({ body, header: header.slice(0, length) })),
  'signature made longer': fc.string({ minLength: 1, maxLength: 8 }).map((more) => ({ body, header }) => ({ body, header: header + more })),
  'another secret': fc.string({ maxLength: 40 }).map((key) => ({ body }) => ({ body, header: signatureOf(body, key) })),
  'JSON written anew': fc.constantFrom<(text: string) => string>(
    (text) => JSON.stringify(JSON.parse(text), null, 2),
    (text) => `${text}\n`,
    (text) => ` ${text}`,
    (text) => `\uFEFF${text}`,
    (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse())),
    (text) => text.replaceAll('/', '\\/').replace('"event"', '"\\u0065vent"'),
    (text) => text.replace('"data":{', '"data":{"job_id":"REF-other",'),
  ).map((write) => ({ body, header }) => ({ body: Buffer.from(write(body.toString('utf8'))), header })),
  'read in another encoding': fc.constantFrom('latin1' as const, 'utf16le' as const, 'base64' as const, 'hex' as const).map((encoding) => ({ body, header }) => ({ body: Buffer.from(body.toString('utf8'), encoding), header })),
  'no header': fc.constant(({ body }) => ({ body, header: undefined })),
  'header twice': fc.constantFrom(', ', ',', '; ', ' ').map((between) => ({ body, header }) => ({ body, header: `${header}${between}${header}` })),
  'a wrong header beside the right one': fc.tuple(fc.boolean(), fc.constantFrom(', ', ',')).map(([first, between]) => ({ body, header }) => {
    const wrong = signatureOf(Buffer.concat([body, body]));
    return { body, header: first ? `${wrong}${between}${header}` : `${header}${between}${wrong}` };
  }),
  'odd signature': fc
    .constantFrom<(header: string, body: Buffer) => string>(
      () => '', () => 'sha256=', () => 'sha256', () => '=', () => 'null', () => 'undefined', () => `sha256=${'0'.repeat(64)}`, () => `sha256=${'f'.repeat(64)}`,
      (header) => hexOf(header),
      (header) => `sha1=${hexOf(header)}`,
      (header) => `SHA256=${hexOf(header)}`,
      (header) => `sha256:${hexOf(header)}`,
      (header) => `sha256= ${hexOf(header)}`,
      (header) => ` ${header}`,
      (header) => `${header}\n`,
      (header) => `"${header}"`,
      (header) => `v1=${hexOf(header)}`,
      (header) => `sha256=${Buffer.from(hexOf(header), 'hex').toString('base64')}`,
      (header) => `sha256=0x${hexOf(header)}`,
      (_header, body) => signatureOf(body, secret, 'sha1'),
      (_header, body) => signatureOf(body, secret, 'sha512'),
      (_header, body) => signatureOf(Buffer.from(body.toString('base64'))),
      (_header, body) => signatureOf(Buffer.from(JSON.stringify(body.toString('utf8')))),
      (header) => `sha256=${hexOf(header).split('').reverse().join('')}`,
    )
    .map((write) => ({ body, header }) => ({ body, header: write(header, body) })),
};
export const mutationNames = Object.keys(mutations);

/** A genuine delivery and what became of it, which is never the same: neither its bytes nor, in either case of its digits, its signature. */
export const mutated = fc
  .tuple(genuine, fc.oneof(...Object.entries(mutations).map(([name, arbitrary]) => fc.tuple(fc.constant(name), arbitrary))))
  .map(([sent, [name, mutate]]) => ({ name, sent, received: mutate(sent) }))
  .filter(({ sent, received }) => !sent.body.equals(received.body) || received.header?.replace(/^sha256=/u, '').toLowerCase() !== hexOf(sent.header) || !received.header.startsWith('sha256='));
