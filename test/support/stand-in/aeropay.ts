import type { StandInCall, StandInReply, StandInRoute } from './http-server.ts';
import type { StandInPeople, StandInPerson } from './people.ts';
import type { Tokens } from './tokens.ts';

/** What of the reference's alternatives Aeropay speaks here. */
export interface AeropayForms {
  /**
   * The reply to a create: of the integration guide, `{success,user:{aeroPassUserUuid,userId}}`, or for a person whom the network knows,
   * of v1.1, `{success,error:null,existingUser:{userId,phone,email}}`, which does not tell the uuid before the code is confirmed.
   */
  readonly knownPerson: 'guide' | 'existing_user';
  /** How the keys of a token request are written; the e-mail field goes with them, as in the integration guide. */
  readonly tokenKeys: 'camel' | 'snake';
}

export interface AeropaySettings {
  readonly forms: AeropayForms;
  readonly tokens: Tokens;
  readonly people: StandInPeople;
  readonly oneTimeCode: string;
  /** Whether upstream knows these credentials. */
  readonly takes: (apiKey: unknown, apiSecret: unknown) => boolean;
}

/** Aeropay v2 as docs-aeronetwork-users-v2.txt and docs-integration-flow.txt tell it, errors inside HTTP 200 included. */
export function aeropay({ forms, tokens, people, oneTimeCode, takes }: AeropaySettings): readonly StandInRoute[] {
  const token = ({ body }: StandInCall): StandInReply => {
    if (body['scope'] === undefined) return { status: 400, body: { error: { code: 'AP700', message: "Missing required Parameter: 'scope'", help: 'contact support@' } } };
    const [keyName, secretName] = forms.tokenKeys === 'camel' ? ['apiKey', 'apiSecret'] : ['api_key', 'api_secret'];
    if (body[keyName] === undefined) return { status: 400, body: { error: { code: 'AP700', message: `Missing required Parameter: '${keyName}'` } } };
    if (!takes(body[keyName], body[secretName]) || body['id'] === undefined) return { status: 401, body: { error: { code: 'AP002', message: 'invalid API key or secret key' } } };
    const purpose = body['scope'] === 'merchant' ? 'merchant' : `user ${text(body['userId']) ?? ''}`;
    return { status: 200, body: { success: true, TTL: '1800', token: tokens.mint(purpose), tokenType: 'Bearer' } };
  };

  const create = ({ body, bearer }: StandInCall): StandInReply => {
    if (!tokens.isGood(bearer, 'merchant')) return refusedToken;
    const emailName = forms.tokenKeys === 'camel' ? 'email' : 'emailAddress';
    const [firstName, lastName, phoneNumber, email] = [text(body['firstName']), text(body['lastName']), text(body['phoneNumber']), text(body[emailName])];
    if (firstName === undefined || lastName === undefined || phoneNumber === undefined || email === undefined) {
      return { status: 400, body: { error: { code: 'AP700', message: `Missing required Parameter: '${emailName}' for ${phoneNumber ?? 'nobody'}` } } };
    }
    const person = people.add({ firstName, lastName, phoneNumber, email });
    const isKnown = !person.confirmed;
    if (isKnown && forms.knownPerson === 'existing_user') {
      return {
        status: 200,
        body: { success: true, error: null, existingUser: { userId: person.userId, phone: phoneNumber, email }, displayMessage: `A pin was sent to ${email}`, mfaType: 'email' },
      };
    }
    const user = { aeroPassUserUuid: person.uuid.toUpperCase(), userId: Number(person.userId), firstName, lastName, kycLevel: 2 };
    return { status: 200, body: { success: true, error: null, user, mfaType: isKnown ? 'sms' : null } };
  };

  const confirm = ({ body, bearer }: StandInCall): StandInReply => {
    if (!tokens.isGood(bearer, 'merchant')) return refusedToken;
    const person = people.find(body['userId']);
    if (person === undefined) return { status: 200, body: { success: false, code: 'AP113', error: 'User does not exist' } };
    if (body['merchantId'] === undefined) return { status: 400, body: { error: { code: 'AP700', message: "Missing required Parameter: 'merchantId'" } } };
    if (body['code'] !== oneTimeCode) return { status: 200, body: { success: false, code: 'AP111', error: `Code ${text(body['code']) ?? ''} for ${person.phoneNumber} does not match` } };
    person.confirmed = true;
    const { uuid, firstName, lastName, email, phoneNumber } = person;
    return {
      status: 200,
      body: { user: { id: `us-east-1:${uuid}`, firstName, lastName, type: 'consumer', email, phone: phoneNumber, createdDate: '1716312178', userStatus: 'Active', riskScore: 0.1 } },
    };
  };

  const asPerson = (run: (person: StandInPerson, call: StandInCall) => StandInReply) => (call: StandInCall): StandInReply => {
    const person = people.first(({ uuid, userId }) => tokens.isGood(call.bearer, `user ${uuid}`) || tokens.isGood(call.bearer, `user ${userId}`));
    return person === undefined ? { status: 401, body: { error: { code: 'AP101', message: 'No authenticated user' } } } : run(person, call);
  };
  const read = asPerson((person) => {
    const { uuid, firstName, lastName, email, phoneNumber, confirmed } = person;
    return { status: 200, body: { user: { id: uuid, firstName, lastName, type: 'consumer', email, phone: phoneNumber, userStatus: confirmed ? 'Active' : 'Pending' } } };
  });
  const bankAccounts = asPerson(({ bankConnections }) => ({ status: 200, body: { bankAccounts: bankConnections.map((_id, index) => bankAccount(index)) } }));
  const link = asPerson((person, { body }) => {
    const connectionId = text(body['connectionId']);
    if (connectionId === undefined || body['aggregator'] !== 'aerosync') return { status: 400, body: { code: 'MISSING_PARAMETER', message: 'connectionId' } };
    person.bankConnections.push(connectionId);
    return { status: 201, body: { success: true, userBankInfo: { ...bankAccount(person.bankConnections.length - 1), canFetchBalance: true, balance: 312425 } } };
  });

  return [
    { method: 'POST', path: /^\/v2\/token$/, run: token },
    { method: 'POST', path: /^\/v2\/user$/, run: create },
    { method: 'POST', path: /^\/v2\/confirmUser$/, run: confirm },
    { method: 'GET', path: /^\/v2\/user$/, run: read },
    { method: 'GET', path: /^\/v2\/bankAccounts$/, run: bankAccounts },
    { method: 'POST', path: /^\/v2\/linkAccountFromAggregator$/, run: link },
  ];
}

/** The list does not say which connection an account belongs to. */
function bankAccount(index: number): object {
  return { bankAccountId: 1139036 + index, bankName: 'Second Bank', accountLast4: '3645', name: 'Everyday', isSelected: index === 0, accountType: 'Checking', status: 'verified', createdDate: '2025-12-01T18:52:37+00:00' };
}

const refusedToken: StandInReply = { status: 401, body: { error: { code: 'AP007', message: 'Token expired' } } };

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
