import type { BankAccount } from '../../domain/bank-account.ts';
import type { LinkPayload } from '../../domain/connection-to-link.ts';
import type { Person } from '../../domain/user.ts';
import type { CreatedUpstreamUser, MerchantSettings, MintedWidgetToken, UpstreamPerson, UpstreamProfile, UpstreamWidget } from '../../ports.ts';
import type { UpstreamSettings } from '../upstream-http/upstream-client.ts';
import type { AeropayApi } from './aeropay-api.ts';
import { AeropayV1 } from './aeropay-v1.ts';
import { AeropayV2 } from './aeropay-v2.ts';

/** Aeropay as one thing: each merchant's calls go to the API that the merchant uses, and nobody above can tell which. */
export class Aeropay implements AeropayApi {
  readonly #merchants: MerchantSettings;
  readonly #v1: AeropayApi;
  readonly #v2: Readonly<Record<'camel' | 'snake', AeropayApi>>;

  constructor(settings: UpstreamSettings, merchants: MerchantSettings) {
    this.#merchants = merchants;
    this.#v1 = new AeropayV1(settings);
    this.#v2 = { camel: new AeropayV2(settings, 'camel'), snake: new AeropayV2(settings, 'snake') };
  }

  async create(merchantId: string, person: Person): Promise<CreatedUpstreamUser> {
    return (await this.#apiOf(merchantId)).create(merchantId, person);
  }

  async confirm(merchantId: string, person: UpstreamPerson, code: string): Promise<{ readonly aeroPassUserUuid: string | null }> {
    return (await this.#apiOf(merchantId)).confirm(merchantId, person, code);
  }

  async read(merchantId: string, person: UpstreamPerson): Promise<UpstreamProfile> {
    return (await this.#apiOf(merchantId)).read(merchantId, person);
  }

  async list(merchantId: string, person: UpstreamPerson): Promise<BankAccount[]> {
    return (await this.#apiOf(merchantId)).list(merchantId, person);
  }

  async link(merchantId: string, person: UpstreamPerson, payload: LinkPayload): Promise<BankAccount> {
    return (await this.#apiOf(merchantId)).link(merchantId, person, payload);
  }

  async mintToken(merchantId: string, person: Parameters<UpstreamWidget['mintToken']>[1]): Promise<MintedWidgetToken> {
    return (await this.#apiOf(merchantId)).mintToken(merchantId, person);
  }

  async #apiOf(merchantId: string): Promise<AeropayApi> {
    const { aeropayApi, tokenKeys } = await this.#merchants.upstreamChoices(merchantId);
    return aeropayApi === 'v1.1' ? this.#v1 : this.#v2[tokenKeys];
  }
}
