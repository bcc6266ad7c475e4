import { codesByName, type UpstreamCode } from '../upstream-http/upstream-code.ts';

const phoneNumber = [{ path: 'phoneNumber', message: 'must be a US mobile number with its area code' }] as const;
const askForMobile = 'Please enter a US mobile number with its area code.';
const names = ['firstName', 'lastName'].map((path) => ({ path, message: 'must have letters only' }));
const ourDefect = 'Aeropay did not take a parameter of ours: a defect of this deployment or a change of the API.';
const askSupport = 'We cannot do this for you at the moment. Please contact support.';
const incomplete = 'Your details are incomplete. Please contact support.';
const notUsed = 'Belongs to calls that aerobridge does not make.';

/** Every code of Aeropay's that the reference lists (aerosync-api.md §5.2), and what it means to us. */
export const aeropayCodes: readonly UpstreamCode[] = [
  {
    upstreamCodes: ['AP001'], code: 'CredentialsRejected', meaning: 'API keys are missing',
    operatorHint: "Fill the merchant's Aeropay credentials.",
  },
  {
    upstreamCodes: ['AP002'], code: 'CredentialsRejected', meaning: 'API keys are invalid; on a userForMerchant token: the person is not associated with the merchant',
    operatorHint: 'Check key, secret and environment: a sandbox key looks like a production key. While the merchant is granted a token of its own, it is the person who has to confirm a code again: `VerificationRequired`.',
  },
  {
    upstreamCodes: ['AP003'], code: 'UpstreamRejected', meaning: 'the merchant account is locked',
    operatorHint: 'Ask Aeropay to unlock the merchant.',
  },
  {
    upstreamCodes: ['AP004', 'AP007', 'AP008'], code: 'CredentialsRejected', meaning: 'the token is missing, expired or invalid',
    operatorHint: 'Refreshed once without being shown; a fresh token that is refused as well means wrong credentials or environment.',
  },
  {
    upstreamCodes: ['AP005'], code: 'UpstreamRejected', meaning: 'the session does not match the client',
    operatorHint: 'Ask Aeropay; a session is theirs.',
  },
  {
    upstreamCodes: ['AP006'], code: 'UpstreamRejected', meaning: 'the token has the wrong scope for the call',
    operatorHint: 'A defect of this deployment, or the merchant lacks a permission at Aeropay.',
  },
  {
    upstreamCodes: ['AP009', 'AP010', 'AP011'], code: 'UpstreamRejected', meaning: 'not authorised for this merchant, call or transaction',
    operatorHint: "Check the merchant id in the merchant's credentials.",
  },
  {
    upstreamCodes: ['AP101'], code: 'CredentialsRejected', meaning: 'no authenticated user',
    operatorHint: 'Refreshed once without being shown; if it stays, the token or its scope does not fit the merchant.',
  },
  {
    upstreamCodes: ['AP102'], code: 'UpstreamUnavailable', meaning: 'the user could not be created',
    operatorHint: 'Try again later; if it stays, ask Aeropay.',
  },
  {
    upstreamCodes: ['AP104'], code: 'UpstreamRejected', meaning: 'user information cannot be extracted',
    operatorHint: "The person's profile at Aeropay is incomplete; ask Aeropay.", userMessage: incomplete,
  },
  {
    upstreamCodes: ['AP105'], code: 'InvalidRequest', meaning: 'the phone number has no area code',
    operatorHint: 'The person typed it; ask for another number.', fields: phoneNumber, userMessage: askForMobile,
  },
  {
    upstreamCodes: ['AP106'], code: 'InvalidRequest', meaning: 'the phone number has a bad format',
    operatorHint: 'The person typed it; ask for another number.', fields: phoneNumber, userMessage: askForMobile,
  },
  {
    upstreamCodes: ['AP107'], code: 'UpstreamRejected', meaning: 'the user already exists',
    operatorHint: 'Aeropay knows the person but does not say as whom; ask Aeropay.',
  },
  {
    upstreamCodes: ['AP108'], code: 'UpstreamRejected', meaning: 'the user could not be added',
    operatorHint: 'Ask Aeropay.',
  },
  {
    upstreamCodes: ['AP109', 'AP114'], code: 'UpstreamRejected', meaning: 'the user is delinquent everywhere, or blocked at this merchant',
    operatorHint: 'Aeropay does not serve this person; only their support can change that.', userMessage: askSupport,
  },
  {
    upstreamCodes: ['AP110'], code: 'UpstreamRejected', meaning: 'the profile is incomplete',
    operatorHint: "The person's profile at Aeropay is incomplete; ask Aeropay.", userMessage: incomplete,
  },
  {
    upstreamCodes: ['AP111'], code: 'VerificationFailed', meaning: 'the one-time code is wrong',
    operatorHint: 'The person mistyped the code.',
  },
  {
    upstreamCodes: ['AP112'], code: 'VerificationFailed', meaning: 'too many attempts with the one-time code', nextAction: 'resend_code',
    operatorHint: 'The code is used up; a new one has to be sent.',
  },
  {
    upstreamCodes: ['AP113'], code: 'UpstreamRejected', meaning: 'the user does not exist',
    operatorHint: 'The stored user id is unknown to Aeropay: it comes from another environment, or the sandbox was reset.',
  },
  {
    upstreamCodes: ['AP115'], code: 'InvalidRequest', meaning: 'the type of phone is not supported (landline, VOIP, prepaid)',
    operatorHint: 'The person typed it; ask for another number.', fields: phoneNumber, userMessage: askForMobile,
  },
  {
    upstreamCodes: ['AP118'], code: 'InvalidRequest', meaning: 'digits or symbols in a name',
    operatorHint: 'The person typed it; Aeropay does not say which of the names it means.', fields: names, userMessage: 'Please enter your name with letters only.',
  },
  {
    upstreamCodes: ['AP119'], code: 'InvalidRequest', meaning: 'the phone number is not from the US',
    operatorHint: 'The person typed it; ask for another number.', fields: phoneNumber, userMessage: askForMobile,
  },
  {
    upstreamCodes: ['AP300'], code: 'UserActionRequired', meaning: 'the bank cannot be reached without the person',
    operatorHint: 'Usually a changed password or security setting, or a link that went stale after 6 to 12 months; open the widget to reconnect.',
  },
  {
    upstreamCodes: ['AP400'], code: 'NotFound', meaning: 'no bank is linked',
    operatorHint: 'Aeropay knows no bank account of this person at this merchant.', userMessage: 'No bank account is linked yet. Please link one first.',
  },
  {
    upstreamCodes: ['AP401', 'AP412'], code: 'NotFound', meaning: "the account is not this user's, or already removed",
    operatorHint: 'The bank account is unknown to Aeropay for this person.', userMessage: 'That bank account is not linked any more. Please link it again.',
  },
  {
    upstreamCodes: ['AP403'], code: 'NotAvailable', meaning: 'the bank is blocked',
    operatorHint: 'Aeropay does not link accounts of this bank; the person has to choose another one.', userMessage: 'This bank is not supported. Please choose another bank.',
  },
  {
    upstreamCodes: ['AP404', 'AP406'], code: 'NotAvailable', meaning: 'the routing or account number is invalid',
    operatorHint: 'Aeropay does not take the numbers that the bank gave; the person has to choose another account.',
    userMessage: 'This account cannot be linked. Please choose another account.',
  },
  {
    upstreamCodes: ['AP405'], code: 'UpstreamRejected', meaning: 'the account could not be added',
    operatorHint: "Ask Aeropay's support with the account's last four digits.",
    userMessage: 'This account could not be added. Please contact support and have its last four digits at hand.',
  },
  {
    upstreamCodes: ['AP407'], code: 'UpstreamRejected', meaning: 'the user may not link accounts',
    operatorHint: "Only Aeropay's support can change that.", userMessage: askSupport,
  },
  {
    upstreamCodes: ['AP410'], code: 'NotAvailable', meaning: 'the account is linked to another user, as a joint account may be',
    operatorHint: "Aeropay's support can add a joint account to each of its owners: give them the last four digits.",
    userMessage: 'This account is already linked by someone else. If you share it, contact support to have it added for you as well, or choose another account.',
  },
  {
    upstreamCodes: ['AP411'], code: 'NotAvailable', meaning: 'not a checking account',
    operatorHint: 'Aeropay links checking accounts only; the person has to choose one.', userMessage: 'Only a checking account can be linked. Please choose one.',
  },
  {
    upstreamCodes: ['AP414'], code: 'UpstreamRejected', meaning: 'five different accounts are linked already',
    operatorHint: "Only Aeropay's support can change that.", userMessage: 'You have linked as many accounts as are allowed. Please contact support.',
  },
  {
    upstreamCodes: ['AP415'], code: 'UpstreamRejected', meaning: 'the same account was linked too often',
    operatorHint: "Only Aeropay's support can change that.", userMessage: 'This account was linked too often. Please contact support.',
  },
  { upstreamCodes: ['AP408', 'AP409'], code: 'UpstreamRejected', meaning: 'unknown aggregator, or a bad redirect address', operatorHint: ourDefect },
  {
    upstreamCodes: ['AP500', 'AP501', 'AP502', 'AP503', 'AP504', 'AP505', 'AP506'], code: 'UpstreamRejected', meaning: 'micro-deposits',
    operatorHint: notUsed,
  },
  { upstreamCodes: ['AP700', 'AP701'], code: 'UpstreamRejected', meaning: 'a parameter is missing or malformed', operatorHint: ourDefect },
  {
    upstreamCodes: ['MISSING_PARAMETER', 'INVALID_FORMAT'], code: 'UpstreamRejected', meaning: 'the same of `aggregatorCredentials`, which has no AP codes',
    operatorHint: ourDefect,
  },
  {
    upstreamCodes: ['AP900', 'AP1000', 'AP1001', 'AP1002'], code: 'UpstreamUnavailable', meaning: 'errors inside Aeropay, or behind it',
    operatorHint: 'Try again later; if it stays, ask Aeropay.',
  },
  {
    upstreamCodes: ['AP1100', 'AP1101', 'AP1102', 'AP1103', 'AP1104', 'AP1105', 'AP1106', 'AP1107'], code: 'UpstreamRejected',
    meaning: "Aeropay's own webhooks: topic, address or merchant", operatorHint: notUsed,
  },
  {
    upstreamCodes: [...numbered(302, 317), 'AP800', ...numbered(1200, 1203), ...numbered(1300, 1306), ...numbered(1400, 1402)], code: 'UpstreamRejected',
    meaning: 'payments, refunds, bills, shop and idempotency of payments', operatorHint: notUsed,
  },
];

/** The same, by code. */
export const aeropayCodesByName = codesByName(aeropayCodes);

function numbered(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `AP${first + index}`);
}
