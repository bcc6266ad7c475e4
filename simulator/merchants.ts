import * as z from 'zod';

const credential = z.string().min(1).max(256);

/** The configuration with which the widget takes the codes 0000 to 0004, for merchants that name no other. */
export const usualOtpConfigurationId = '0c0de000-0000-4000-a000-000000000000';

/** A merchant that upstream knows: two separate pairs of credentials, and where its webhooks go. */
export const simulatedMerchant = z.strictObject({
  name: z.string().min(1).max(100),
  aeropay: z.strictObject({
    apiKey: credential,
    apiSecret: credential,
    merchantId: z.string().regex(/^\d{1,12}$/, 'an Aeropay merchant id is 1 to 12 digits'),
  }),
  aerosync: z.strictObject({ apiKey: credential, apiSecret: credential }),
  /** The configuration with which the widget asks people it knows for a code. */
  otpConfigurationId: z.string().min(1).optional(),
  webhook: z.strictObject({ url: z.url({ protocol: /^https?$/ }), secretKey: z.string().min(1).optional() }).optional(),
});

export type SimulatedMerchant = z.infer<typeof simulatedMerchant>;

/** The merchants upstream knows, each found by its name or by one of its keys. */
export class Merchants {
  readonly #byName = new Map<string, SimulatedMerchant>();

  /** Adds a merchant. Refuses a name or key that another one has, since a key must lead to one merchant. */
  add(merchant: SimulatedMerchant): void {
    const taken = this.all().find(
      (other) =>
        other.name === merchant.name ||
        other.aeropay.apiKey === merchant.aeropay.apiKey ||
        other.aerosync.apiKey === merchant.aerosync.apiKey,
    );
    if (taken !== undefined) throw new Error(`The merchant "${merchant.name}" shares its name or an API key with "${taken.name}": give it its own.`);
    this.#byName.set(merchant.name, merchant);
  }

  all(): SimulatedMerchant[] {
    return [...this.#byName.values()];
  }

  named(name: string): SimulatedMerchant | undefined {
    return this.#byName.get(name);
  }

  withAeropayKey(apiKey: string): SimulatedMerchant | undefined {
    return this.all().find((merchant) => merchant.aeropay.apiKey === apiKey);
  }

  withAerosyncKey(apiKey: string): SimulatedMerchant | undefined {
    return this.all().find((merchant) => merchant.aerosync.apiKey === apiKey);
  }
}
