import http from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../local/states/virtual-clock.ts';
import { bootForFile } from './fixture/boot-shop.ts';
import { matching } from './fixture/matching.ts';

const clock = new VirtualClock(Date.parse('2026-03-05T07:08:09.123Z'));
const running = bootForFile(undefined, { clock });

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request as it is given: no header is added but `Host`, and the path goes out as written. */
async function send(method: string, path: string, headers: Record<string, string | string[]> = {}, body: string | Buffer = ''): Promise<Reply> {
  const { hostname, port } = new URL(running.cloud.apiUrl);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request({ hostname, port, path, method, headers }, resolve);
    request.on('error', reject);
    request.end(body);
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

async function eventOf(...request: Parameters<typeof send>): Promise<Record<string, unknown>> {
  const reply = await send(...request);
  expect(reply.status).toBe(200);
  return JSON.parse(reply.body) as Record<string, unknown>;
}

describe('the event that a function gets', () => {
  it('has every member of the payload of version 2.0', async () => {
    const { port } = new URL(running.cloud.apiUrl);
    const event = await eventOf('POST', '/echo?a=1&b=x%20y&a=2&c=', { 'Content-Type': 'application/json', 'X-Many': ['one', 'two'], cookie: 'session=1; theme=dark', 'User-Agent': 'test' }, '{"grüße": 1}');
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /echo',
      rawPath: '/echo',
      rawQueryString: 'a=1&b=x%20y&a=2&c=',
      cookies: ['session=1', 'theme=dark'],
      headers: {
        'content-type': 'application/json',
        'content-length': '14',
        'x-many': 'one,two',
        'user-agent': 'test',
        host: `127.0.0.1:${port}`,
        'x-amzn-trace-id': matching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { a: '1,2', b: 'x y', c: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: matching(/^[a-z0-9]{10}$/),
        domainName: `127.0.0.1:${port}`,
        domainPrefix: '127',
        http: { method: 'POST', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: matching(/^[\w+/]{15}=$/),
        routeKey: 'POST /echo',
        stage: '$default',
        time: '05/Mar/2026:07:08:09 +0000',
        timeEpoch: Date.parse('2026-03-05T07:08:09.123Z'),
      },
      body: '{"grüße": 1}',
      isBase64Encoded: false,
    });
  });

  it('leaves out what the request does not have', async () => {
    const event = await eventOf('GET', '/pets/dog');
    expect(Object.keys(event).sort()).toEqual(['headers', 'isBase64Encoded', 'rawPath', 'rawQueryString', 'requestContext', 'routeKey', 'version']);
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['application/octet-stream', true],
    ['multipart/form-data; boundary=x', true],
    [undefined, true],
  ])('has a body of type %s in base64: %s', async (type, base64) => {
    const event = await eventOf('POST', '/echo', type === undefined ? {} : { 'content-type': type }, 'a=ü');
    expect(event).toMatchObject({ isBase64Encoded: base64, body: base64 ? Buffer.from('a=ü').toString('base64') : 'a=ü' });
  });

  it('has the bytes of a body that is compressed', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0xff, 0x00]);
    const event = await eventOf('POST', '/echo', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, bytes);
    expect(event).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
  });

  it('has the path decoded as HTTP APIs do', async () => {
    expect(await eventOf('GET', '/pets/big%20dog')).toMatchObject({ rawPath: '/pets/big dog', pathParameters: { petId: 'big dog' } });
    expect(await eventOf('GET', '/pets/%CE%BB')).toMatchObject({ rawPath: '/pets/λ' });
    expect(await eventOf('GET', '/files/a%2Fb/c')).toMatchObject({ rawPath: '/files/a/b/c', pathParameters: { proxy: 'a/b/c' } });
    expect(await eventOf('GET', '/pets/x%3Fy')).toMatchObject({ rawPath: '/pets/x' });
    expect((await send('GET', '/pets/100%25')).status).toBe(400);
    expect((await send('GET', '/pets/%zz')).status).toBe(400);
  });

  it('continues the list of forwarding addresses', async () => {
    expect(await eventOf('GET', '/pets/dog', { 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ headers: { 'x-forwarded-for': '203.0.113.7, 127.0.0.1' } });
  });
});

describe('the choice of a route', () => {
  it.each([
    ['GET', '/pets/dog', 'GET /pets/dog', undefined],
    ['GET', '/pets/dog/', 'GET /pets/dog', undefined],
    ['GET', '/pets/cat', 'GET /pets/{petId}', { petId: 'cat' }],
    ['DELETE', '/pets/cat', 'ANY /pets/{petId}', { petId: 'cat' }],
    ['PATCH', '/pets/dog', 'ANY /pets/{petId}', { petId: 'dog' }],
    ['GET', '/files/a/b/c.txt', 'GET /files/{proxy+}', { proxy: 'a/b/c.txt' }],
  ])('takes %s %s to %s', async (method, path, routeKey, pathParameters) => {
    const event = await eventOf(method, path);
    expect(event['routeKey']).toBe(routeKey);
    expect(event['requestContext']).toMatchObject({ routeKey });
    expect(event['pathParameters']).toEqual(pathParameters);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/pets'],
    ['GET', '/pets/cat/toys'],
    ['POST', '/files/a'],
    ['GET', '/files/'],
    ['HEAD', '/pets/dog/x'],
    ['OPTIONS', '/echo'],
    ['GET', '/Pets/dog'],
  ])('answers %s %s with 404', async (method, path) => {
    const reply = await send(method, path);
    expect(reply.status).toBe(404);
    if (method !== 'HEAD') expect(reply.body).toBe('{"message":"Not Found"}');
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.headers['apigw-requestid']).toMatch(/^[\w+/]{15}=$/);
  });
});

describe('the reply', () => {
  const reply = (result: unknown) => send('POST', '/reply', { 'content-type': 'application/json' }, JSON.stringify(result));

  it('has the status, headers, cookies and body that the function gives', async () => {
    const got = await reply({ statusCode: 418, headers: { 'X-Tea': 'yes', 'Content-Type': 'text/html', 'X-Count': 3, 'Content-Length': '999' }, cookies: ['a=1', 'b=2; HttpOnly'], body: '<p>grün</p>' });
    expect(got).toMatchObject({ status: 418, body: '<p>grün</p>', headers: { 'x-tea': 'yes', 'x-count': '3', 'content-type': 'text/html', 'set-cookie': ['a=1', 'b=2; HttpOnly'], 'content-length': '12' } });
    expect(got.headers['apigw-requestid']).toBeDefined();
  });

  it('has bytes where the function says base64', async () => {
    expect(await reply({ statusCode: 200, isBase64Encoded: true, body: Buffer.from('bytes').toString('base64') })).toMatchObject({ status: 200, body: 'bytes' });
  });

  it('is text when the function names no type', async () => {
    expect((await reply({ statusCode: 200, body: 'x' })).headers['content-type']).toBe('text/plain;charset=UTF-8');
  });

  it.each([
    ['an object', { hello: 'you' }, '{"hello":"you"}'],
    ['a list', [1, 2], '[1,2]'],
    ['text', 'plain', 'plain'],
    ['a number', 5, '5'],
  ])('is inferred from %s without a status', async (_what, result, body) => {
    expect(await reply(result)).toMatchObject({ status: 200, body, headers: { 'content-type': 'application/json' } });
  });

  it('has no body for 204', async () => {
    const got = await reply({ statusCode: 204, body: 'ignored' });
    expect(got).toMatchObject({ status: 204, body: '' });
    expect(got.headers['content-length']).toBeUndefined();
  });

  it.each([
    ['a status out of range', { statusCode: 42 }],
    ['a status that is no number', { statusCode: 'ok' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['headers that are no text', { statusCode: 200, headers: { a: ['b'] } }],
    ['a header that HTTP forbids', { statusCode: 200, headers: { 'bad header': 'x' } }],
  ])('is 500 for %s', async (_what, result) => {
    expect(await reply(result)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('to HEAD has the headers alone', async () => {
    const got = await send('HEAD', `/reply?result=${encodeURIComponent(JSON.stringify({ statusCode: 200, body: 'abc' }))}`);
    expect(got).toMatchObject({ status: 200, body: '' });
    expect(got.headers['content-length']).toBe('3');
  });
});

describe('the gateway', () => {
  it('answers 500 when the function fails', async () => {
    expect(await send('POST', '/reply', { 'content-type': 'application/json' }, 'not JSON')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it.each([
    ['longer than the gateway waits', '/slow/hasty?ms=1500'],
    ['as long as its time limit allows', '/slow/limited?ms=3000'],
  ])('answers 503 when the function takes %s', async (_what, path) => {
    expect(await send('POST', path)).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });

  it('answers 503 when the function is throttled', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => send('POST', '/slow/narrow?ms=300')));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
  });

  it('answers 413 to a body over 10 MB and goes on', async () => {
    expect(await send('POST', '/echo', { 'content-type': 'text/plain' }, Buffer.alloc(10 * 1024 * 1024 + 1, 'x'))).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    expect((await send('GET', '/pets/dog')).status).toBe(200);
  });

  it('answers 413 to a body that makes the event larger than a function takes', async () => {
    expect((await send('POST', '/echo', { 'content-type': 'text/plain' }, Buffer.alloc(7 * 1024 * 1024, 'x'))).status).toBe(413);
  });

  it('answers 431 to headers over 10 KB', async () => {
    expect((await send('GET', '/pets/dog', { 'x-long': 'x'.repeat(11_000) })).status).toBe(431);
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1'])('refuses the host %s', async (host) => {
    const got = await send('GET', '/pets/dog', { host });
    expect(got).toMatchObject({ status: 403, body: '{"message":"This server answers only to 127.0.0.1 and localhost: call it by one of those names."}' });
  });

  it('answers to localhost', async () => {
    expect((await send('GET', '/pets/dog', { host: `localhost:${new URL(running.cloud.apiUrl).port}` })).status).toBe(200);
  });
});

describe('a Lambda authorizer', () => {
  const guarded = (path: string, authorization?: string, method = 'GET') => send(method, path, authorization === undefined ? {} : { Authorization: authorization });
  const asked = () => running.lines.filter(({ functionName, stream }) => functionName === 'App-Authorizer' && stream === 'stdout').map(({ text: line }) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(() => clock.advance(61_000)); // whatever was remembered is forgotten

  it('hands its context on', async () => {
    const reply = await guarded('/guarded', 'Bearer good-1');
    expect(JSON.parse(reply.body)).toMatchObject({ routeKey: 'GET /guarded', requestContext: { authorizer: { lambda: { merchantId: 'mer_1', scopes: ['a', 'b'] } } } });
  });

  it('hands on null where it gives no context', async () => {
    const reply = await guarded('/guarded', 'Bearer good-without-context');
    expect(JSON.parse(reply.body)).toMatchObject({ requestContext: { authorizer: { lambda: null } } });
  });

  it('is not asked when its identity source is missing or empty', async () => {
    const before = asked().length;
    for (const authorization of [undefined, '']) expect(await guarded('/guarded', authorization)).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(asked()).toHaveLength(before);
  });

  it('sees the request without its body', async () => {
    await send('POST', '/guarded', { authorization: 'Bearer good-2', 'content-type': 'application/json' }, '{"secret":1}');
    expect(asked().at(-1)).toMatchObject({ type: 'REQUEST', routeKey: 'POST /guarded', identitySource: ['Bearer good-2'] });
    expect(asked().at(-1)).not.toHaveProperty('body');
  });

  it.each([
    ['refuses', 'Bearer bad', 403, 'Forbidden'],
    ['answers in a wrong shape', 'Bearer odd', 500, 'Internal Server Error'],
    ['fails', 'Bearer broken', 500, 'Internal Server Error'],
  ])('that %s makes the gateway refuse', async (_what, authorization, status, message) => {
    expect(await guarded('/guarded', authorization)).toMatchObject({ status, body: JSON.stringify({ message }) });
  });

  it('is remembered for its time, for all routes together, by identity source', async () => {
    const before = asked().length;
    await guarded('/guarded', 'Bearer good-3');
    await guarded('/guarded/7', 'Bearer good-3');
    expect(asked()).toHaveLength(before + 1);
    await guarded('/guarded', 'Bearer good-4');
    expect(asked()).toHaveLength(before + 2);
    clock.advance(59_999);
    await guarded('/guarded', 'Bearer good-3');
    expect(asked()).toHaveLength(before + 2);
    clock.advance(1);
    await guarded('/guarded', 'Bearer good-3');
    expect(asked()).toHaveLength(before + 3);
  });

  it('is remembered when it refuses, and not when it fails', async () => {
    const before = asked().length;
    await guarded('/guarded', 'Bearer bad-2');
    expect(await guarded('/guarded/1', 'Bearer bad-2')).toMatchObject({ status: 403 });
    expect(asked()).toHaveLength(before + 1);
    await guarded('/guarded', 'Bearer broken');
    await guarded('/guarded', 'Bearer broken');
    expect(asked()).toHaveLength(before + 3);
  });

  it('is not asked for a route that does not exist', async () => {
    const before = asked().length;
    expect((await guarded('/guarded/1/2', 'Bearer good-5')).status).toBe(404);
    expect(asked()).toHaveLength(before);
  });
});
