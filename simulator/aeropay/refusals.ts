import { Refusal } from '../upstream-call.ts';

/** HTTP status and text of each Aeropay code the simulator sends. Business refusals arrive with HTTP 200. */
const refusals = {
  AP002: [400, 'Invalid API key or secret key'],
  AP004: [401, 'Missing authorization token'],
  AP006: [401, 'Token scope is not allowed to make this call'],
  AP007: [401, 'Token has expired'],
  AP008: [401, 'Invalid token'],
  AP009: [401, 'Merchant user is not authorized for this merchant'],
  AP101: [401, 'No authenticated user'],
  AP102: [200, 'Unable to create user'],
  AP104: [200, 'Cannot extract user information'],
  AP105: [200, 'Phone number is missing an area code'],
  AP106: [200, 'Phone number is not formatted correctly'],
  AP107: [200, 'User already exists'],
  AP108: [200, 'Error adding user'],
  AP111: [200, 'Incorrect verification code'],
  AP112: [200, 'Too many verification attempts'],
  AP113: [200, 'User does not exist'],
  AP115: [200, 'Phone number type is not supported'],
  AP118: [200, 'Name must not contain numbers or symbols'],
  AP119: [200, 'Only US phone numbers are supported'],
  AP300: [200, 'Unable to connect to bank. User action required'],
  AP401: [200, 'Bank account does not belong to this user'],
  AP403: [200, 'This bank is blocked'],
  AP404: [200, 'Routing number is not valid'],
  AP407: [200, 'User is not allowed to link a bank account'],
  AP408: [200, 'Unknown aggregator'],
  AP409: [200, 'Invalid redirectURI'],
  AP410: [200, 'Bank account is already linked to another user'],
  AP411: [200, 'Bank account is not a checking account'],
  AP414: [200, 'Maximum number of unique bank accounts reached'],
  AP415: [200, 'Bank account has been linked too many times'],
  AP700: [400, 'Missing required Parameter'],
  AP701: [400, 'Improperly formatted parameter'],
} as const satisfies Record<string, readonly [number, string]>;

export type AeropayCode = keyof typeof refusals;

/** A refusal by an AP code, in v2's standard envelope `{"error":{"code","message"}}` until somebody puts it in another one. */
export class AeropayRefusal extends Refusal {
  readonly code: string;
  readonly sentence: string;

  constructor(status: number, code: string, sentence: string) {
    super(status, { error: { code, message: sentence } });
    this.name = 'AeropayRefusal';
    this.code = code;
    this.sentence = sentence;
  }
}

/** @param status another HTTP status than the code usually has */
export function aeropayRefusal(code: AeropayCode, message?: string, status?: number): AeropayRefusal {
  const [usualStatus, text] = refusals[code];
  return new AeropayRefusal(status ?? usualStatus, code, message ?? text);
}

export function missingParameter(name: string): AeropayRefusal {
  return aeropayRefusal('AP700', `Missing required Parameter: '${name}'`);
}

export function malformedParameter(name: string, why: string): AeropayRefusal {
  return aeropayRefusal('AP701', `Improperly formatted parameter: ['${name}: ${why}']`);
}
