import type { UpstreamAccount, UpstreamAccounts } from '../../ports.ts';
import { accountPath } from './account-path.ts';
import type { AerosyncClient } from './aerosync-client.ts';
import { accountReply } from './read-account.ts';

/** Accounts behind connections, read live with their full numbers. */
export class AerosyncAccounts implements UpstreamAccounts {
  readonly #client: AerosyncClient;

  constructor(client: AerosyncClient) {
    this.#client = client;
  }

  async read(merchantId: string, connectionId: string): Promise<UpstreamAccount> {
    return this.#client.call(merchantId, {
      name: 'Aerosync account',
      method: 'GET',
      ...accountPath(connectionId),
      reply: accountReply,
    });
  }
}
