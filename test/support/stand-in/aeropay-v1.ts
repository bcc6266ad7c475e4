import type { StandInCall, StandInReply, StandInRoute } from './http-server.ts';
import type { StandInPeople, StandInPerson } from './people.ts';
import type { Tokens } from './tokens.ts';

export interface AeropayV1Settings {
  readonly tokens: Tokens;
  readonly people: StandInPeople;
  readonly oneTimeCode: string;
  /** Whether upstream knows these credentials. */
  readonly takes: (apiKey: unknown, apiSecret: unknown) => boolean;
  /** Where the widget is. */
  readonly widgetUrl: string;
}

/**
 * Aeropay v1 and v1.1 as docs-network-user-v1.txt and docs-link-bank-v1.txt tell it: the token in a header of its own, errors in HTTP 200, and who a person
 * is to Aerosync told by `GET /user` alone. Its older paths have no version; v2's tokens are not good here.
 */
export function aeropayV1({ tokens, people, oneTimeCode, takes, widgetUrl }: AeropayV1Settings): readonly StandInRoute[] {
  const token = ({ body }: StandInCall): StandInReply => {
    if (!takes(body['api_key'], body['api_secret']) || typeof body['id'] !== 'string') return refusal('AP002', 'Invalid API key or secret key');
    if (body['scope'] === 'merchant') return { status: 200, body: { TTL: '1800', token: tokens.mint('v1 merchant') } };
    const person = people.find(body['userId']);
    if (person?.confirmed !== true) return refusal('AP002', `User ID ${String(body['userId'])} doesn't exist or hasn't been associated with this merchant.`);
    return { status: 200, body: { TTL: '1800', token: tokens.mint(`v1 user ${person.userId}`) } };
  };

  const asMerchant = (run: (call: StandInCall) => StandInReply) => (call: StandInCall): StandInReply => (tokens.isGood(bearerOf(call), 'v1 merchant') ? run(call) : refusedToken);
  const asPerson = (run: (person: StandInPerson, call: StandInCall) => StandInReply) => (call: StandInCall): StandInReply => {
    const person = people.first(({ userId }) => tokens.isGood(bearerOf(call), `v1 user ${userId}`));
    return person === undefined ? refusedToken : run(person, call);
  };

  const create = asMerchant(({ body, headers }) => {
    const { first_name: firstName, last_name: lastName, phone_number: phoneNumber, email } = body;
    if (typeof firstName !== 'string' || typeof lastName !== 'string' || typeof phoneNumber !== 'string' || typeof email !== 'string') return refusal('AP700', "Missing required Parameter: 'phone_number'");
    const person = people.add({ firstName, lastName, phoneNumber, email });
    if (person.confirmed) return { status: 200, body: { success: 1, error: null, user: { userId: Number(person.userId), firstName, lastName, type: 'consumer', createdDate: '1716312178' } } };
    if (headers['x-api-version'] !== '1.1') return refusal('AP107', `User already exists: ${phoneNumber}`);
    const displayMessage = `You've previously used AeroPay to pay another business. Please verify your identity by entering the pin sent to your phone ***-***-${phoneNumber.slice(-4)}.`;
    return { status: 200, body: { success: true, error: null, existingUser: { userId: person.userId, phone: phoneNumber, email: `somebody.else.${email}` }, displayMessage } };
  });

  const confirm = asMerchant(({ body }) => {
    const person = people.find(body['userId']);
    if (person === undefined) return refusal('AP113', 'User does not exist');
    if (body['code'] !== oneTimeCode) return refusal('AP111', `Code ${String(body['code'])} for ${person.phoneNumber} does not match`);
    person.confirmed = true;
    return { status: 200, body: { success: 1, error: '' } };
  });

  const read = asPerson((person, { query }) => {
    if (query.get('id') !== person.userId) return refusal('AP113', 'User does not exist');
    const { userId, uuid, firstName, lastName, email, phoneNumber, bankConnections } = person;
    return {
      status: 200,
      body: {
        success: 1,
        user: {
          userId, firstName, lastName, type: 'consumer', email, phone: phoneNumber, createdDate: '1605113011',
          ...(bankConnections.length > 0 && { bankAccounts: bankConnections.map((_id, index) => bankAccount(userId, index)) }),
          aeroPassUserUuid: `us-east-1:${uuid}`, userStatus: 'active',
        },
      },
    };
  });

  const credentials = asPerson((person, { query }) => {
    if (query.get('aggregator') !== 'aerosync') return refusal('AP408', 'Unknown aggregator');
    return { status: 200, body: { success: true, url: widgetUrl, token: tokens.mint('widget'), username: person.uuid.replaceAll('-', '') } };
  });

  const link = asPerson((person, { body }) => {
    const { user_id: userId, user_password: password, aggregator } = body;
    if (typeof userId !== 'string' || typeof password !== 'string' || aggregator !== 'aerosync') return refusal('AP700', `Missing required Parameter near ${String(password)}`);
    person.bankConnections.push(password);
    return { status: 200, body: { userBankInfo: bankAccount(person.userId, person.bankConnections.length - 1), success: 1 } };
  });

  return [
    { method: 'POST', path: /^\/token$/, run: token },
    { method: 'POST', path: /^\/user$/, run: create },
    { method: 'POST', path: /^\/confirmUser$/, run: confirm },
    { method: 'GET', path: /^\/user$/, run: read },
    { method: 'GET', path: /^\/aggregatorCredentials$/, run: credentials },
    { method: 'POST', path: /^\/linkAccountFromAggregator$/, run: link },
  ];
}

function bankAccount(userId: string, index: number): object {
  return {
    bankAccountId: 15991 + index, userId, bankName: 'undefined', accountLast4: '3645', name: 'Everyday', externalBankAccountId: '', isSelected: index === 0 ? 1 : 0,
    accountType: 'Checking', status: 'None', createdDate: 1686439169,
  };
}

function bearerOf({ headers }: StandInCall): string | undefined {
  return /^Bearer (\S+)$/.exec(String(headers['authorizationtoken']))?.[1];
}

function refusal(code: string, error: string): StandInReply {
  return { status: 200, body: { success: false, code, error } };
}
const refusedToken = refusal('AP007', 'Token expired');
