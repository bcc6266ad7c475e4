import type { BankAccount } from '../../domain/bank-account.ts';
import { connectionToLink, type LinkPayload } from '../../domain/connection-to-link.ts';
import type { Person } from '../../domain/user.ts';
import type { CreatedUpstreamUser, MintedWidgetToken, UpstreamPerson, UpstreamProfile } from '../../ports.ts';
import { UpstreamClient, type UpstreamSettings } from '../upstream-http/upstream-client.ts';
import type { AeropayApi } from './aeropay-api.ts';
import { aeropayV1Dialect } from './aeropay-dialect.ts';
import { accountsOfUserReply, linkedAccountReply } from './read-bank-accounts.ts';
import { confirmedPerson, createdPerson } from './read-person.ts';
import { profileReply } from './read-profile.ts';
import { whereNoneIsLinked } from './where-none-is-linked.ts';
import { widgetCredentialsReply } from './read-widget-credentials.ts';

/** For the calls whose pages speak of people whom the network knows: it is what has a code sent to them, and confirmed (aerosync-api.md §2.2). */
const apiVersion = () => ({ 'x-api-version': '1.1' });

/** Aeropay's API v1, with v1.1 where a person is created (docs-network-user-v1.txt, docs-link-bank-v1.txt, aerosync-api.md §3.5). */
export class AeropayV1 implements AeropayApi {
  readonly #client: UpstreamClient;

  constructor(settings: UpstreamSettings) {
    this.#client = new UpstreamClient(settings, aeropayV1Dialect);
  }

  async create(merchantId: string, { firstName, lastName, phoneNumber, email }: Person): Promise<CreatedUpstreamUser> {
    const deadline = this.#client.deadline();
    const created = await this.#client.call(
      merchantId,
      {
        name: 'Aeropay create user',
        method: 'POST',
        path: 'user',
        headers: apiVersion,
        body: () => ({ first_name: firstName, last_name: lastName, phone_number: phoneNumber, email }),
        reply: createdPerson,
      },
      deadline,
    );
    if (created.aeroPassUserUuid !== null || created.verification !== null) return created;
    return { ...created, aeroPassUserUuid: await this.#uuidOf(merchantId, created.upstreamUserId, deadline) };
  }

  async confirm(merchantId: string, { upstreamUserId }: UpstreamPerson, code: string): Promise<{ readonly aeroPassUserUuid: string | null }> {
    const deadline = this.#client.deadline();
    const confirmed = await this.#client.call(
      merchantId,
      { name: 'Aeropay confirm user', method: 'POST', path: 'confirmUser', headers: apiVersion, body: () => ({ userId: upstreamUserId, code }), reply: confirmedPerson },
      deadline,
    );
    return { aeroPassUserUuid: confirmed.aeroPassUserUuid ?? (await this.#uuidOf(merchantId, upstreamUserId, deadline)) };
  }

  async read(merchantId: string, { upstreamUserId }: UpstreamPerson): Promise<UpstreamProfile> {
    return this.#profile(merchantId, upstreamUserId);
  }

  async list(merchantId: string, { upstreamUserId }: UpstreamPerson): Promise<BankAccount[]> {
    const accounts = this.#client.call(merchantId, {
      name: 'Aeropay bank accounts',
      method: 'GET',
      path: 'user',
      query: { id: upstreamUserId },
      onBehalfOf: upstreamUserId,
      reply: accountsOfUserReply,
    });
    return whereNoneIsLinked(accounts);
  }

  /**
   * `user_id` is the widget's id or userId, `user_password` its user_password or connectionId, by version of the SDK. A new one gives no user id,
   * which is the same value as the connection's (aerosync-api.md §4).
   */
  async link(merchantId: string, { upstreamUserId, aeroPassUserUuid }: UpstreamPerson, payload: LinkPayload): Promise<BankAccount> {
    const pair = 'connectionId' in payload ? { userId: payload.connectionId, userPassword: payload.connectionId } : payload;
    const linked = await this.#client.call(merchantId, {
      name: 'Aeropay link bank account',
      method: 'POST',
      path: 'linkAccountFromAggregator',
      onBehalfOf: upstreamUserId,
      body: () => ({ user_id: pair.userId, user_password: pair.userPassword, aggregator: 'aerosync' }),
      reply: linkedAccountReply,
    });
    return { ...linked, connectionId: linked.connectionId ?? connectionToLink(payload, aeroPassUserUuid) ?? null };
  }

  async mintToken(merchantId: string, { upstreamUserId }: UpstreamPerson): Promise<MintedWidgetToken> {
    return this.#client.call(merchantId, {
      name: 'Aeropay widget token',
      method: 'GET',
      path: 'aggregatorCredentials',
      query: { aggregator: 'aerosync' },
      onBehalfOf: upstreamUserId,
      reply: widgetCredentialsReply,
    });
  }

  async #profile(merchantId: string, upstreamUserId: string, deadline?: AbortSignal): Promise<UpstreamProfile> {
    const call = { name: 'Aeropay user', method: 'GET', path: 'user', query: { id: upstreamUserId }, onBehalfOf: upstreamUserId, needsFreshToken: true, reply: profileReply } as const;
    return this.#client.call(merchantId, call, deadline);
  }

  /**
   * Replies of this API may leave out who the person is to Aerosync. Null where it cannot be read now: the person is created or confirmed all the
   * same, and a failure here would hide that.
   */
  async #uuidOf(merchantId: string, upstreamUserId: string, deadline: AbortSignal): Promise<string | null> {
    try {
      return (await this.#profile(merchantId, upstreamUserId, deadline)).aeroPassUserUuid;
    } catch {
      return null;
    }
  }
}
