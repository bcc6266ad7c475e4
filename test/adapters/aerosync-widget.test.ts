import { describe, expect, it } from 'vitest';
import { answer } from './loopback.ts';
import { adaptersBefore, merchantId, person, uuid } from './upstreams.ts';

const path = '/aerosync/v2/token_widget';

describe('a widget token', () => {
  it('is minted afresh for every launch, with credentials and no bearer token', async () => {
    const { widget, upstream } = await adaptersBefore({ [path]: answer(200, { status: 'success', statusCode: 200, token: 'widget.jwt', userId: 'internal' }) });
    const minted = [await widget.mintToken(merchantId, person), await widget.mintToken(merchantId, person)];
    expect(minted).toEqual(Array.from({ length: 2 }, () => ({ token: 'widget.jwt', lifetimeSeconds: 1800, url: null })));
    expect(upstream.seen.map((seen) => [seen.path, seen.body, seen.headers.authorization])).toEqual(
      Array.from({ length: 2 }, () => [path, { apiKey: 'sync-key', apiSecret: 'sync-secret', aeroPassUserUuid: uuid }, undefined]),
    );
  });

  it('is asked for with the key in a header as well, which one page of upstream\'s has and none forbids', async () => {
    const { widget, upstream } = await adaptersBefore({ [path]: answer(200, { token: 'w' }) });
    await widget.mintToken(merchantId, person);
    expect(upstream.seen[0]?.headers).toMatchObject({ 'x-api-key': 'sync-key' });
  });

  it('of a person whom upstream does not know asks for the code', async () => {
    const { widget } = await adaptersBefore({ [path]: answer(404, { error: { code: 'AC-102', message: 'User not found: Jane Canary' } }) });
    const error: unknown = await widget.mintToken(merchantId, person).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'VerificationRequired', details: { upstreamCode: 'AC-102' } });
    expect((error as Error).message).not.toContain('Canary');
  });

  it('lives as long as upstream says, where it says so', async () => {
    const { widget } = await adaptersBefore({ [path]: answer(200, { token: 'w', TTL: '600' }) });
    expect(await widget.mintToken(merchantId, person)).toMatchObject({ lifetimeSeconds: 600 });
  });
});
