/**
 * Pins, against the real sandboxes: which token calls exist and what they answer. Aeropay grants merchant tokens on v2 (camel-case keys) and on v1
 * (snake-case keys), each with a TTL of 1800 as number or text; Aerosync grants API tokens and widget tokens; wrong secrets are refused with the code
 * that our adapters take for one (AP002 or AC-101), whatever the HTTP status; Aerosync refuses a call without a token with AC-001 (cases TC-01 to
 * TC-04 and TC-06 of the certification).
 * Scaffolding: a person without a real name or phone, who is created again and again; the connection id of 32 zeros.
 * Left out: the end of a token after 1800 s (TC-05), since the test would last that long, and which of the statuses of contradiction 5 holds,
 * which `npm run drift` tells.
 */
import { describe, expect, it } from 'vitest';
import { joinUrl } from '../../lambdas/adapters/upstream-http/join-url.ts';
import { adaptersAt, sandboxMerchant } from '../../scripts/drift/adapters-at.ts';
import { sandboxCode } from '../../scripts/drift/visit-upstream.ts';
import { aPerson, sandbox, theSandbox, typesIn, typesOfReply } from './sandbox.ts';

const ttl = expect.stringMatching(/^(number|digits)$/) as string;

describe.skipIf(sandbox === undefined)('Aeropay', () => {
  it.each([
    ['v2', 'v2/token', { apiKey: 'apiKey', apiSecret: 'apiSecret' }],
    ['v1', 'token', { apiKey: 'api_key', apiSecret: 'api_secret' }],
  ])('grants a merchant token on %s', async (_api, path, names) => {
    const { aeropayUrl, credentials: { aeropay } } = theSandbox();
    const body = { scope: 'merchant', [names.apiKey]: aeropay.apiKey, [names.apiSecret]: aeropay.apiSecret, id: aeropay.merchantId };

    const { status, types } = await typesOfReply(joinUrl(aeropayUrl, path), { body });

    expect(status).toBe(200);
    expect(types).toMatchObject({ TTL: ttl, token: 'token' });
  });

  it.each(['v2', 'v1.1'] as const)('refuses a wrong secret on %s with a code that we take for one', async (aeropayApi) => {
    const { credentials, ...rest } = theSandbox();
    const { aeropay } = adaptersAt({ ...rest, credentials: { ...credentials, aeropay: { ...credentials.aeropay, apiSecret: 'not-the-secret' } } }, { aeropayApi });

    await expect(aeropay.create(sandboxMerchant, aPerson())).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: expect.stringMatching(/^(AP002|AC-101)$/) as string } });
  });
});

describe.skipIf(sandbox === undefined)('Aerosync', () => {
  it('grants an API token', async () => {
    const { aerosyncUrl, credentials: { aerosync } } = theSandbox();
    const { status, types } = await typesOfReply(joinUrl(aerosyncUrl, 'v2/token'), { body: aerosync });
    expect(status).toBe(200);
    expect(types).toMatchObject({ TTL: ttl, token: 'token' });
  });

  it('grants a widget token for a person of ours, a fresh one each time', async () => {
    const { aeropay, widget } = adaptersAt(theSandbox());
    const created = await aeropay.create(sandboxMerchant, aPerson());
    if (created.verification !== null) await aeropay.confirm(sandboxMerchant, created, sandboxCode);
    const person = { upstreamUserId: created.upstreamUserId, aeroPassUserUuid: created.aeroPassUserUuid ?? created.upstreamUserId };

    const tokens = [await widget.mintToken(sandboxMerchant, person), await widget.mintToken(sandboxMerchant, person)];

    expect(tokens.map(typesIn)).toMatchObject([{ token: 'token' }, { token: 'token' }]);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(2);
  });

  it('refuses a wrong secret with AC-101', async () => {
    const { credentials, ...rest } = theSandbox();
    const { accounts } = adaptersAt({ ...rest, credentials: { ...credentials, aerosync: { ...credentials.aerosync, apiSecret: 'not-the-secret' } } });
    await expect(accounts.read(sandboxMerchant, '0'.repeat(32))).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: 'AC-101' } });
  });

  it('refuses a call without a token with 403 and AC-001', async () => {
    const { status, types } = await typesOfReply(joinUrl(theSandbox().aerosyncUrl, `v2/accounts/${'0'.repeat(32)}`));
    expect({ status, ...types }).toMatchObject({ status: 403, 'error.code': 'code AC-001' });
  });

  it('does not know a connection that nobody linked: AC-102', async () => {
    const { accounts } = adaptersAt(theSandbox());
    await expect(accounts.read(sandboxMerchant, '0'.repeat(32))).rejects.toMatchObject({ code: 'NotFound', details: { upstreamCode: 'AC-102' } });
  });
});
