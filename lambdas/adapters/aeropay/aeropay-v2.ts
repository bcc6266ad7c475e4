import type { BankAccount } from '../../domain/bank-account.ts';
import { connectionToLink, type LinkPayload } from '../../domain/connection-to-link.ts';
import type { UpstreamChoices, UpstreamCredentials } from '../../domain/merchant.ts';
import type { Person } from '../../domain/user.ts';
import type { CreatedUpstreamUser, MintedWidgetToken, UpstreamPerson, UpstreamProfile } from '../../ports.ts';
import { UpstreamClient, type UpstreamSettings } from '../upstream-http/upstream-client.ts';
import type { AeropayApi } from './aeropay-api.ts';
import { aeropayV2Dialect } from './aeropay-dialect.ts';
import { numberIfPossible } from './number-if-possible.ts';
import { bankAccountsReply, linkedAccountReply } from './read-bank-accounts.ts';
import { confirmedPerson, createdPerson } from './read-person.ts';
import { profileReply } from './read-profile.ts';
import { whereNoneIsLinked } from './where-none-is-linked.ts';
import { widgetCredentialsReply } from './read-widget-credentials.ts';

/** Aeropay's API v2 (docs-aeronetwork-users-v2.txt, aerosync-api.md §3). */
export class AeropayV2 implements AeropayApi {
  readonly #client: UpstreamClient;

  constructor(settings: UpstreamSettings, tokenKeys: UpstreamChoices['tokenKeys']) {
    this.#client = new UpstreamClient(settings, aeropayV2Dialect(tokenKeys));
  }

  async create(merchantId: string, { firstName, lastName, phoneNumber, email }: Person): Promise<CreatedUpstreamUser> {
    return this.#client.call(merchantId, {
      name: 'Aeropay create user',
      method: 'POST',
      path: 'v2/user',
      body: () => ({ firstName, lastName, phoneNumber, email }),
      // The integration guide's name of the field (aerosync-api.md §10, 2).
      otherForms: [{ refusedBy: ['AP700'], body: () => ({ firstName, lastName, phoneNumber, emailAddress: email }) }],
      reply: createdPerson,
    });
  }

  async confirm(merchantId: string, person: UpstreamPerson, code: string): Promise<{ readonly aeroPassUserUuid: string | null }> {
    const userId = idOf(person);
    const { upstreamUserId } = person;
    // The integration guide's reply to a create has a number beside the uuid, and its example confirms by one (aerosync-api.md §10, 3).
    const byNumber = [
      { refusedBy: ['AP113', 'AP701'], body: numberForm(upstreamUserId, code) },
      { refusedBy: ['AP700', 'AP701'], body: textForm(upstreamUserId, code) },
    ];
    return this.#client.call(merchantId, {
      name: 'Aeropay confirm user',
      method: 'POST',
      path: 'v2/confirmUser',
      body: numberForm(userId, code),
      otherForms: [{ refusedBy: ['AP700', 'AP701'], body: textForm(userId, code) }, ...(userId === upstreamUserId ? [] : byNumber)],
      reply: confirmedPerson,
    });
  }

  async read(merchantId: string, person: UpstreamPerson): Promise<UpstreamProfile> {
    return this.#client.call(merchantId, { name: 'Aeropay user', method: 'GET', path: 'v2/user', onBehalfOf: idOf(person), needsFreshToken: true, reply: profileReply });
  }

  async list(merchantId: string, person: UpstreamPerson): Promise<BankAccount[]> {
    const accounts = this.#client.call(merchantId, {
      name: 'Aeropay bank accounts',
      method: 'GET',
      path: 'v2/bankAccounts',
      onBehalfOf: idOf(person),
      reply: bankAccountsReply,
    });
    return whereNoneIsLinked(accounts);
  }

  /** An old SDK's pair names the connection too, and v2 takes no password. */
  async link(merchantId: string, person: UpstreamPerson, payload: LinkPayload): Promise<BankAccount> {
    const meant = connectionToLink(payload, person.aeroPassUserUuid);
    const connectionId = 'connectionId' in payload ? payload.connectionId : (meant ?? payload.userId);
    const linked = await this.#client.call(merchantId, {
      name: 'Aeropay link bank account',
      method: 'POST',
      path: 'v2/linkAccountFromAggregator',
      onBehalfOf: idOf(person),
      body: () => ({ connectionId, aggregator: 'aerosync' }),
      reply: linkedAccountReply,
    });
    return { ...linked, connectionId: linked.connectionId ?? meant ?? null };
  }

  async mintToken(merchantId: string, person: UpstreamPerson): Promise<MintedWidgetToken> {
    return this.#client.call(merchantId, {
      name: 'Aeropay widget token',
      method: 'GET',
      path: 'v2/aggregatorCredentials',
      query: { aggregator: 'aerosync' },
      onBehalfOf: idOf(person),
      reply: widgetCredentialsReply,
    });
  }
}

/** The reference marks the merchant's id as a required integer; the guide's example has text (aerosync-api.md §3.3). */
function numberForm(userId: string, code: string) {
  return ({ aeropay }: UpstreamCredentials) => ({ userId, code, merchantId: numberIfPossible(aeropay.merchantId) });
}

function textForm(userId: string, code: string) {
  return ({ aeropay }: UpstreamCredentials) => ({ userId, code, merchantId: aeropay.merchantId });
}

/** v2 knows people by their uuid only; whoever was created through the older API has another id there (aerosync-api.md §3.1). */
function idOf({ aeroPassUserUuid, upstreamUserId }: UpstreamPerson): string {
  return aeroPassUserUuid ?? upstreamUserId;
}
