import { expect, it } from 'vitest';
import { BearerTokens } from '../../lambdas/adapters/upstream-http/bearer-tokens.ts';
import { HandClock } from './upstreams.ts';

it('forgets the oldest of very many tokens, and mints it again when it is needed', async () => {
  const tokens = new BearerTokens<string>(new HandClock(), (credentials) => credentials);
  let minted = 0;
  const get = (owner: string) => tokens.get(owner, 'c', async () => ({ token: `t-${(minted += 1)}`, lifetimeSeconds: 1800, credentials: 'c' }));
  for (let owner = 0; owner < 2_001; owner += 1) await get(String(owner));
  await get('2000');
  await get('1');
  expect(minted).toBe(2_001);
  await get('0');
  expect(minted).toBe(2_002);
});
