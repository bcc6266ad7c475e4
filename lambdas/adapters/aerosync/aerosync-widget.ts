import { AppError } from '../../domain/errors.ts';
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
    const minted = this.#client.callWithCredentials(merchantId, {
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
    return { ...(await whereConfirmed(minted)), url: null };
  }
}

/** A person whom Aerosync does not know is one whom Aeropay no longer takes for confirmed: a new code and its confirmation mend it. */
async function whereConfirmed<T>(minted: Promise<T>): Promise<T> {
  try {
    return await minted;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NotFound') throw error;
    throw new AppError('VerificationRequired', `${error.message}: have a new code sent and confirmed`, { upstreamCode: error.details.upstreamCode });
  }
}
