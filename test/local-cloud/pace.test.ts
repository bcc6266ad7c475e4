import { describe, expect, it } from 'vitest';
import { pacedClock } from '../../local/pace.ts';
import { bootForFile, changed } from './fixture/boot-shop.ts';
import { lambdaFunction, shop } from './fixture/shop.ts';

const napper = {
  'index.mjs': `
import { setTimeout as sleep } from 'node:timers/promises';
export const handler = async ({ ms, tell }, context) => {
  if (tell) return Date.now();
  const [from, realFrom] = [Date.now(), performance.now()];
  await sleep(ms);
  return { slept: new Date().getTime() - from, took: performance.now() - realFrom, remaining: context.getRemainingTimeInMillis() };
};`,
};
const pace = { since: Date.now(), factor: 20 };
const running = bootForFile({ ...changed({ Napper: lambdaFunction('napper', { Timeout: 20 }) }), assets: { ...shop.assets, napper } }, { pace });

describe('under a pace', () => {
  it('a function sleeps by its own clock, and its time limit is a real one', async () => {
    const outcome = await running.cloud.invoke('Napper', { ms: 10_000 });
    const { slept, took, remaining } = JSON.parse(outcome.ok ? outcome.payload : JSON.stringify(outcome)) as Record<string, number>;
    expect(slept).toBeGreaterThanOrEqual(9_900);
    expect(took).toBeLessThan(5_000);
    expect(remaining).toBeGreaterThan(10_000);
  });

  it('the local cloud and its functions agree on the time', async () => {
    const clock = pacedClock(pace);
    const before = clock.now();
    const outcome = await running.cloud.invoke('Napper', { tell: true });
    const told = Number(outcome.ok ? outcome.payload : Number.NaN);
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(clock.now());
    expect(before - Date.now()).toBeGreaterThan(0);
  });
});
