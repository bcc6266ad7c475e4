import { upstreamChoices, type UpstreamChoices } from '../../domain/merchant.ts';
import type { Clock, MerchantRepository, MerchantSettings } from '../../ports.ts';

/** After this time a changed setting counts in every process. */
const freshMs = 60_000;

/** What merchants chose, from their rows: read at most once a minute, and once however many calls wait for it. */
export class CachedMerchantSettings implements MerchantSettings {
  readonly #merchants: Pick<MerchantRepository, 'find'>;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly readAt: number; readonly choices: UpstreamChoices }>();
  readonly #reading = new Map<string, Promise<UpstreamChoices>>();

  constructor(merchants: Pick<MerchantRepository, 'find'>, clock: Clock) {
    this.#merchants = merchants;
    this.#clock = clock;
  }

  async upstreamChoices(merchantId: string): Promise<UpstreamChoices> {
    const kept = this.#kept.get(merchantId);
    if (kept !== undefined && this.#clock.now().getTime() - kept.readAt < freshMs) return kept.choices;
    const reading = this.#reading.get(merchantId) ?? this.#read(merchantId);
    this.#reading.set(merchantId, reading);
    try {
      return await reading;
    } catch (error) {
      if (kept === undefined) throw error;
      // What was true a minute ago serves better than no call at all.
      return kept.choices;
    }
  }

  /** A merchant that is not there has the usual choices: its calls find no credentials and end by that. */
  async #read(merchantId: string): Promise<UpstreamChoices> {
    try {
      const readAt = this.#clock.now().getTime();
      const choices = upstreamChoices.parse((await this.#merchants.find(merchantId)) ?? {});
      this.#kept.set(merchantId, { readAt, choices });
      return choices;
    } finally {
      this.#reading.delete(merchantId);
    }
  }
}
