import { upstreamCredentials, type UpstreamCredentials } from '../lambdas/domain/merchant.ts';

export type PerMerchant<T> = Readonly<Record<'merchant' | 'otherMerchant' | 'olderMerchant', T>>;

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };
/** What a person set, value by value. */
export type GivenCredentials = { readonly [K in keyof UpstreamCredentials]: Given<UpstreamCredentials[K]> };

/** Whether another upstream than the simulator stands in. */
export type Elsewhere = Readonly<Record<keyof UpstreamCredentials, boolean>>;

/** What the local merchants authenticate with upstream: fixed, and worth nothing outside this machine. */
const sandboxLike = (name: string, merchantId: string): UpstreamCredentials => ({
  aeropay: { apiKey: `local-aeropay-key-${name}`, apiSecret: `local-aeropay-secret-${name}`, merchantId },
  aerosync: { apiKey: `local-aerosync-key-${name}`, apiSecret: `local-aerosync-secret-${name}` },
});
const fixed: PerMerchant<UpstreamCredentials> = { merchant: sandboxLike('one', '1456'), otherMerchant: sandboxLike('two', '1457'), olderMerchant: sandboxLike('three', '1458') };
const nothing: GivenCredentials = { aeropay: {}, aerosync: {} };

/**
 * Each given value replaces every merchant's where another upstream stands in, which knows no other (api.md, "Locally"), and the first
 * merchant's at the simulator, which tells merchants by their keys.
 */
export function localCredentials(given: GivenCredentials | undefined, elsewhere: Elsewhere): PerMerchant<UpstreamCredentials> {
  const { aeropay, aerosync } = given ?? nothing;
  const replaced = (own: UpstreamCredentials, isFirst: boolean): UpstreamCredentials =>
    upstreamCredentials.parse({
      aeropay: { ...own.aeropay, ...(isFirst || elsewhere.aeropay ? set(aeropay) : {}) },
      aerosync: { ...own.aerosync, ...(isFirst || elsewhere.aerosync ? set(aerosync) : {}) },
    });
  return { merchant: replaced(fixed.merchant, true), otherMerchant: replaced(fixed.otherMerchant, false), olderMerchant: replaced(fixed.olderMerchant, false) };
}

/** The simulator has a merchant per key, also of the product that it does not serve. */
export function simulatorCredentials(given: GivenCredentials | undefined, elsewhere: Elsewhere): PerMerchant<UpstreamCredentials> {
  return localCredentials({ aeropay: elsewhere.aeropay ? {} : (given?.aeropay ?? {}), aerosync: elsewhere.aerosync ? {} : (given?.aerosync ?? {}) }, { aeropay: false, aerosync: false });
}

function set(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
