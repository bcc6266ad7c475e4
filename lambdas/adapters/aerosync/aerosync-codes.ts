import { codesByName, type UpstreamCode } from '../upstream-http/upstream-code.ts';

/** Every documented code of Aerosync's and of its widget (aerosync-api.md §5.1), and what it means to us. */
export const aerosyncCodes: readonly UpstreamCode[] = [
  {
    upstreamCodes: ['AC-001'], code: 'CredentialsRejected', meaning: 'invalid API key and secret; also an expired or missing token',
    operatorHint: 'Refreshed once without being shown; a fresh token that is refused as well means wrong credentials or environment.',
  },
  {
    upstreamCodes: ['AC-100'], code: 'UpstreamRejected', meaning: 'a required attribute is missing or malformed',
    operatorHint: 'Aerosync did not take a parameter of ours: a defect of this deployment or a change of the API.',
  },
  {
    upstreamCodes: ['AC-101'], code: 'CredentialsRejected', meaning: 'invalid key and secret',
    operatorHint: 'Check key, secret and environment: a sandbox key looks like a production key.',
  },
  {
    upstreamCodes: ['AC-102'], code: 'NotFound', meaning: 'the connection is not found',
    operatorHint: 'Aerosync does not know this connectionId; it may come from the other environment.',
  },
  {
    upstreamCodes: ['AC-103'], code: 'UpstreamUnavailable', meaning: 'the bank failed to send account number, routing number or balance',
    operatorHint: 'Try again later; if it stays, the person should reconnect.',
  },
  {
    upstreamCodes: ['AC-104'], code: 'UserActionRequired', meaning: 'trouble connecting to the bank: the user has to reconnect',
    operatorHint: 'Open the widget to reconnect.',
  },
  {
    upstreamCodes: ['AC-105'], code: 'NotAvailable', meaning: 'not available for manually linked users',
    operatorHint: 'No outage: the account was linked by its numbers and has no bank login behind it.',
  },
  {
    upstreamCodes: ['AC-112'], code: 'UpstreamBusy', meaning: 'another job is already running',
    operatorHint: 'Never shown: the job waits for its turn.',
  },
  {
    upstreamCodes: ['AC-117'], code: 'InvalidRequest', meaning: 'widget: account or routing number is wrong',
    operatorHint: 'The person mistyped them in the widget and can try again there.',
    userMessage: 'Please check the account and routing number and try again.',
  },
  {
    upstreamCodes: ['AC-204'], code: 'NotAvailable', meaning: 'no account information is available, choose another bank',
    operatorHint: 'The bank gives nothing for this account; the person has to choose another one.',
  },
  {
    upstreamCodes: ['AC-500', 'AR-500'], code: 'UpstreamUnavailable', meaning: 'server error',
    operatorHint: 'Try again later; if it stays, ask Aerosync.',
  },
  {
    upstreamCodes: ['AR-100'], code: 'MfaExpired', meaning: 'widget: no response from the user in time',
    operatorHint: 'The person did not answer; open the widget again.',
  },
];

/** Numbers that the glossary gives to codes whose meaning nobody here has read: treated like any unknown code. */
export const undocumentedAerosyncCodes = ['106', '107', '108', '109', '110', '111', '113', '114', '115', '116'].map((number) => `AC-${number}`);

/** The documented ones, by code. */
export const aerosyncCodesByName = codesByName(aerosyncCodes);
