/**
 * Pins: every call of every port, of both of Aeropay's APIs and of Aerosync, under every fault of the wire and every error envelope, ends with a
 * code of the catalogue, within its limit, after as many tries as it may have. Real servers on the loopback.
 * Left out: what the codes mean one by one (error-envelopes.test.ts), tokens and credentials that are refused (tokens.test.ts).
 */
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { faults } from './faults.ts';
import { answer, deadUrl, inTurn } from './loopback.ts';
import { portCalls, type PortCall } from './port-calls.ts';
import { adaptersBefore, adaptersFor, type Adapters } from './upstreams.ts';

/** No call of these tests may take longer, whatever its fault. */
const limitMs = 2_000;
const cases: { readonly failure: unknown; readonly tookMs: number }[] = [];

/** Runs one case to its failure, and counts it. */
async function failing(run: PortCall['run'], adapters: Adapters): Promise<AppError> {
  const begun = performance.now();
  const failure: unknown = await run(adapters).then(() => undefined, (reason: unknown) => reason);
  cases.push({ failure, tookMs: performance.now() - begun });
  if (!(failure instanceof AppError)) throw new Error(`expected a code of the catalogue, got ${String(failure)}`);
  return failure;
}

afterAll(() => {
  const codes = Map.groupBy(cases, ({ failure }) => (failure instanceof AppError ? failure.code : 'no code of the catalogue'));
  const count = (code: string) => codes.get(code as AppError['code'])?.length ?? 0;
  const past = cases.filter(({ tookMs }) => tookMs > limitMs).length;
  const counts = [...codes].map(([code, { length }]) => `${code} ${length}`).join(', ');
  console.log(`call × fault: ${cases.length} cases (${portCalls.length} calls); ${counts}; Internal ${count('Internal')}, past the limit ${past}`);
  expect({ internal: count('Internal'), without: count('no code of the catalogue'), past }).toEqual({ internal: 0, without: 0, past: 0 });
  expect(cases.length).toBeGreaterThanOrEqual(13 * 12);
});

describe.each(portCalls)('$name', ({ path, choices = {}, run, least, wrong, tries }) => {
  it.each(faults)('turns $name into a code of the catalogue', async ({ respond, code, mayPass, surelyNotAccepted = false, retryAfterSeconds, timeoutMs = 5_000 }) => {
    const adapters = await adaptersBefore({ [path]: respond }, { choices, timeoutMs });
    const error = await failing(run, adapters);
    expect({ code: error.code, surelyNotAccepted: error.details.surelyNotAccepted === true, retryAfterSeconds: error.details.retryAfterSeconds }).toEqual({ code, surelyNotAccepted, retryAfterSeconds });
    expect(adapters.upstream.count(path)).toBe(mayPass ? tries : 1);
    expect(adapters.upstream.count('/elsewhere')).toBe(0);
  });

  it('knows a refused connection as surely not accepted', async () => {
    const error = await failing(run, adaptersFor(await deadUrl(), { choices }));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
  });

  it('refuses a value of the wrong type, naming its path and not the value', async () => {
    const adapters = await adaptersBefore({ [path]: answer(200, wrong) }, { choices });
    const error = await failing(run, adapters);
    expect(error.code).toBe('UpstreamRejected');
    expect(error.message).toMatch(/: the reply differs at [A-Za-z]/);
  });

  it('refuses a reply of another call, that names a person of the network', async () => {
    const reply = { success: true, error: null, existingUser: { phone: '+13125550142' }, displayMessage: 'You have previously used AeroPay' };
    const adapters = await adaptersBefore({ [path]: answer(200, reply) }, { choices });
    expect((await failing(run, adapters)).code).toBe('UpstreamRejected');
  });

  it('answers well when only the least is said, and extra fields change nothing', async () => {
    const spare = await adaptersBefore({ [path]: answer(200, least) }, { choices });
    const rich = await adaptersBefore({ [path]: answer(200, { ...least, status: 'success', statusCode: 200, addedNextYear: { x: 1 }, error: null }) }, { choices });
    const said = await run(spare);
    expect(said).toBeDefined();
    expect(await run(rich)).toEqual(said);
  });
});

describe.each(portCalls.filter(({ tries }) => tries > 1))('$name', ({ path, choices = {}, run, least }) => {
  it('is well again when the failure passed', async () => {
    const adapters = await adaptersBefore({ [path]: inTurn((_seen, response) => response.destroy(), answer(502, '<html>'), answer(200, least)) }, { choices });
    expect(await run(adapters)).toBeDefined();
  });
});

const withToken = portCalls.filter(({ tokenPath }) => tokenPath !== undefined);

describe.each(withToken)('$name without a token', ({ path, tokenPath = '', choices = {}, run, tries, least }) => {
  it.each(faults)('turns $name of the token call into a code, and is never sent', async ({ respond, code, mayPass, timeoutMs = 5_000 }) => {
    const adapters = await adaptersBefore({ [tokenPath]: respond }, { choices, timeoutMs });
    const error = await failing(run, adapters);
    expect(error.code).toBe(code);
    // Whatever may pass may be tried again, since the call itself was not sent.
    expect(error.details.surelyNotAccepted === true).toBe(code === 'UpstreamUnavailable' || code === 'UpstreamThrottled');
    expect(adapters.upstream.count(tokenPath)).toBe(mayPass ? tries : 1);
    expect(adapters.upstream.count(path)).toBe(0);
  });

  it('is well at the next call when the failure passed', async () => {
    const adapters = await adaptersBefore({ [tokenPath]: inTurn(answer(400, { error: { code: 'AP9999' } }), answer(200, { token: 't' })), [path]: answer(200, least) }, { choices });
    await failing(run, adapters);
    expect(await run(adapters)).toBeDefined();
  });
});
