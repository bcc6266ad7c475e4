import type { MerchantSettings, MintedWidgetToken, UpstreamWidget } from '../../ports.ts';

/** Widget tokens from the product that the merchant's setting names. */
export class ChosenWidget implements UpstreamWidget {
  readonly #merchants: MerchantSettings;
  readonly #products: Readonly<Record<'aerosync' | 'aeropay', UpstreamWidget>>;

  constructor(merchants: MerchantSettings, products: Readonly<Record<'aerosync' | 'aeropay', UpstreamWidget>>) {
    this.#merchants = merchants;
    this.#products = products;
  }

  async mintToken(merchantId: string, person: Parameters<UpstreamWidget['mintToken']>[1]): Promise<MintedWidgetToken> {
    const { widgetTokens } = await this.#merchants.upstreamChoices(merchantId);
    return this.#products[widgetTokens].mintToken(merchantId, person);
  }
}
