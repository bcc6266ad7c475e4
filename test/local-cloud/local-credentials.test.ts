import { describe, expect, it } from 'vitest';
import { localCredentials, simulatorCredentials } from '../../scripts/local-credentials.ts';

const given = { aeropay: { apiKey: 'given-pay', apiSecret: undefined }, aerosync: { apiKey: 'given-sync', apiSecret: 'given-secret' } };
const keysOf = (of: ReturnType<typeof localCredentials>) => Object.values(of).map(({ aeropay, aerosync }) => [aeropay.apiKey, aerosync.apiKey]);

describe('credentials of the local merchants', () => {
  it('are fixed, and differ, where none are given', () => {
    const keys = keysOf(localCredentials(undefined, { aeropay: true, aerosync: true }));
    expect(new Set(keys.flat()).size).toBe(6);
    expect(keys).toEqual(keysOf(localCredentials(undefined, { aeropay: false, aerosync: false })));
  });

  it('given ones replace those of every merchant at another upstream, value by value', () => {
    const all = localCredentials(given, { aeropay: true, aerosync: true });
    expect(keysOf(all)).toEqual(Array.from({ length: 3 }, () => ['given-pay', 'given-sync']));
    expect(Object.values(all).map(({ aeropay, aerosync }) => [aeropay.apiSecret, aerosync.apiSecret])).toEqual([
      ['local-aeropay-secret-one', 'given-secret'], ['local-aeropay-secret-two', 'given-secret'], ['local-aeropay-secret-three', 'given-secret'],
    ]);
  });

  it('given ones replace only those of the first merchant at the simulator, which tells merchants by their keys', () => {
    const nowhereElse = { aeropay: false, aerosync: false };
    const keys = [['given-pay', 'given-sync'], ['local-aeropay-key-two', 'local-aerosync-key-two'], ['local-aeropay-key-three', 'local-aerosync-key-three']];
    expect(keysOf(localCredentials(given, nowhereElse))).toEqual(keys);
    expect(keysOf(simulatorCredentials(given, nowhereElse))).toEqual(keys);
  });

  it('stay apart at the simulator where it serves one of the two products only', () => {
    const elsewhere = { aeropay: true, aerosync: false };
    expect(keysOf(localCredentials(given, elsewhere))).toEqual([['given-pay', 'given-sync'], ['given-pay', 'local-aerosync-key-two'], ['given-pay', 'local-aerosync-key-three']]);
    expect(keysOf(simulatorCredentials(given, elsewhere))).toEqual([['local-aeropay-key-one', 'given-sync'], ['local-aeropay-key-two', 'local-aerosync-key-two'], ['local-aeropay-key-three', 'local-aerosync-key-three']]);
  });
});
