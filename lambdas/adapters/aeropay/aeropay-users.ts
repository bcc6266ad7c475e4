import type { Person } from '../../domain/user.ts';
import type { CreatedUpstreamUser, UpstreamUsers } from '../../ports.ts';
import { UpstreamClient, type UpstreamSettings } from '../upstream-http/upstream-client.ts';
import { aeropayDialect } from './aeropay-dialect.ts';
import { confirmedPerson, createdPerson } from './read-person.ts';

/** People at Aeropay, API v2 (docs-aeronetwork-users-v2.txt). */
export class AeropayUsers implements UpstreamUsers {
  readonly #client: UpstreamClient;

  constructor(settings: UpstreamSettings) {
    this.#client = new UpstreamClient(settings, aeropayDialect);
  }

  async create(merchantId: string, { firstName, lastName, phoneNumber, email }: Person): Promise<CreatedUpstreamUser> {
    return this.#client.call(merchantId, {
      name: 'Aeropay create user',
      method: 'POST',
      path: 'v2/user',
      body: () => ({ firstName, lastName, phoneNumber, email }),
      reply: createdPerson,
    });
  }

  async confirm(merchantId: string, upstreamUserId: string, code: string): Promise<{ readonly aeroPassUserUuid: string | null }> {
    return this.#client.call(merchantId, {
      name: 'Aeropay confirm user',
      method: 'POST',
      path: 'v2/confirmUser',
      body: ({ aeropay }) => ({ userId: upstreamUserId, code, merchantId: numberIfPossible(aeropay.merchantId) }),
      reply: confirmedPerson,
    });
  }
}

/** The reference marks this parameter as a required integer; the guide's example has text (aerosync-api.md §3.3). Ids with letters stay text. */
function numberIfPossible(merchantId: string): number | string {
  return /^(0|[1-9]\d{0,14})$/.test(merchantId) ? Number(merchantId) : merchantId;
}
