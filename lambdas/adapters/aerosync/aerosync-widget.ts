import type { MintedWidgetToken, UpstreamPerson, UpstreamWidget } from '../../ports.ts';
import type { AerosyncClient } from './aerosync-client.ts';
import { tokenReply } from './aerosync-client.ts';

/** Tokens that open Aerosync's widget, a fresh one for every launch. Nothing here keeps or logs them. */
export class AerosyncWidget implements UpstreamWidget {
  readonly #client: AerosyncClient;

  constructor(client: AerosyncClient) {
    this.#client = client;
  }

  async mintToken(merchantId: string, { aeroPassUserUuid }: UpstreamPerson & { readonly aeroPassUserUuid: string }): Promise<MintedWidgetToken> {
    const minted = await this.#client.callWithCredentials(merchantId, {
      name: 'Aerosync widget token',
      method: 'POST',
      path: 'v2/token_widget',
      // Upstream's own Postman collection sends it beside the body; the pages do not ask for it (aerosync-api.md §2.2).
      headers: ({ aerosync }) => ({ 'x-api-key': aerosync.apiKey }),
      // A token that nobody received opens nothing.
      repeatable: true,
      body: ({ aerosync }) => ({ apiKey: aerosync.apiKey, apiSecret: aerosync.apiSecret, aeroPassUserUuid }),
      reply: tokenReply,
    });
    return { ...minted, url: null };
  }
}
