import type { MfaType, NewPerson } from './aeropay/person.ts';
import type { AeropayCode } from './aeropay/refusals.ts';
import type { AerosyncCode } from './aerosync/refusals.ts';
import type { Consent } from './bank/connections.ts';
import type { LedgerName } from './bank/ledger-rows.ts';

/** How a linked bank behaves. Chosen by `scenario` in `POST /sim/connections`. */
export interface BankScenario {
  readonly name: string;
  readonly happens: string;
  /** Seconds a job works, waits for a person not counted. `jobSeconds` in the request overrides it. */
  readonly jobSeconds: number;
  /** How many jobs of each kind fail before one completes. */
  readonly failures: number;
  /** The AC code in the reply about a failed job; undefined for a reply without one. */
  readonly failureCode: AerosyncCode | undefined;
  /** False: a job works for ever. */
  readonly ends: boolean;
  /** How often each job stops for a bank question. */
  readonly mfaPauses: 0 | 1 | 2;
  /** Seconds for which somebody else's job holds the connection, from the first create on; `jobSeconds` overrides it. */
  readonly occupiedSeconds: number;
  /** Which of upstream's two vocabularies the status call uses. */
  readonly words: 'guide' | 'step_pages';
  readonly consent: Consent;
  /** Linked by account and routing number: no bank session behind it. */
  readonly manual: boolean;
  readonly accountNumberType: 'Tokenized' | 'Non-tokenized';
  /** One linked account per entry; `accounts` in the request overrides the number. */
  readonly accountTypes: readonly string[];
  readonly ledger: LedgerName;
  /** Why Aeropay refuses to link it for payments, whatever else is true of it. */
  readonly linkRefusal: AeropayCode | undefined;
  /** Leaves out every field that the reference calls optional or that older documents lack. */
  readonly sparse: boolean;
}

const ordinary = {
  jobSeconds: 1.5,
  failures: 0,
  failureCode: undefined,
  ends: true,
  mfaPauses: 0,
  occupiedSeconds: 0,
  words: 'guide',
  consent: 'CONNECTED',
  manual: false,
  accountNumberType: 'Non-tokenized',
  accountTypes: ['CHECKING'],
  ledger: 'everyday',
  linkRefusal: undefined,
  sparse: false,
} as const satisfies Omit<BankScenario, 'name' | 'happens'>;

function refusedLink(name: string, linkRefusal: AeropayCode, why: string): BankScenario {
  return { ...ordinary, name, linkRefusal, happens: `Aeropay refuses to link it: ${linkRefusal}, ${why}. Otherwise as \`default\`.` };
}

export const bankScenarios: readonly BankScenario[] = [
  { ...ordinary, name: 'default', happens: 'Every job completes in 1.5 s.' },
  { ...ordinary, name: 'mfa', mfaPauses: 1, happens: 'Every job stops once for a bank question, after 0.9 s; after the answer it completes in 0.6 s.' },
  { ...ordinary, name: 'mfa_twice', mfaPauses: 2, words: 'step_pages', happens: 'Every job stops twice for a bank question; the status call says `Pending MFA` and `completed`.' },
  { ...ordinary, name: 'slow', jobSeconds: 12, happens: 'Every job completes in 12 s.' },
  { ...ordinary, name: 'stuck', ends: false, happens: 'Every job stays `IN_PROGRESS` for ever and keeps the connection busy.' },
  { ...ordinary, name: 'busy', occupiedSeconds: 4, happens: "The first create meets somebody else's job: creates are refused with AC-112 for 4 s, then jobs complete in 1.5 s." },
  { ...ordinary, name: 'fails_once', failures: 1, failureCode: 'AC-103', happens: 'The first job of each kind ends `FAILED` with AC-103, later ones complete.' },
  { ...ordinary, name: 'fails_always', failures: Infinity, failureCode: 'AC-104', happens: 'Every job ends `FAILED` with AC-104.' },
  { ...ordinary, name: 'fails_without_code', failures: Infinity, happens: 'Every job ends `FAILED`, and the reply has no code.' },
  { ...ordinary, name: 'manual', manual: true, happens: 'Linked by hand: `canFetchBalance` false, AC-105 (405) on balance and transactions, identity works.' },
  { ...ordinary, name: 'expired_consent', consent: 'EXPIRED_CONSENT', happens: '`connectionStatus` EXPIRED_CONSENT, every create is refused with AC-104, until the person reconnects.' },
  { ...ordinary, name: 'revoked', consent: 'REVOKED_BY_USER', happens: '`connectionStatus` REVOKED_BY_USER, every create is refused with AC-104, until the person reconnects.' },
  { ...ordinary, name: 'savings', accountTypes: ['savings'], happens: 'A savings account, its type in lower case; Aeropay refuses to link it (AP411).' },
  { ...ordinary, name: 'tokenized', accountNumberType: 'Tokenized', happens: 'The account number is a token of the bank (`accountNumberType` Tokenized).' },
  { ...ordinary, name: 'multi_account', accountTypes: ['CHECKING', 'SAVINGS', 'CHECKING'], happens: 'Three accounts at once; the answer has the multi-account form, without a top-level `connectionId`.' },
  { ...ordinary, name: 'transactions_1234', ledger: 'many', happens: '1,234 transactions within the default 90 days, every amount exact to the cent.' },
  { ...ordinary, name: 'no_transactions', ledger: 'empty', happens: 'No transactions; the balance is zero.' },
  { ...ordinary, name: 'decimals', ledger: 'decimals', happens: 'Amounts that floating point gets wrong, in several spellings (`40`, `39.7`, `1200.00`), all exact to the cent.' },
  { ...ordinary, name: 'odd_data', ledger: 'odd', sparse: true, happens: 'Account, balance and identity lack every optional field; amounts below a cent, negative, with an exponent, without currency or type.' },
  refusedLink('link_needs_person', 'AP300', 'the bank asks for the person'),
  refusedLink('link_bank_blocked', 'AP403', 'this bank is blocked'),
  refusedLink('link_bad_routing', 'AP404', 'its routing number is not valid'),
  refusedLink('link_unknown_aggregator', 'AP408', 'the aggregator is unknown'),
  refusedLink('link_bad_redirect', 'AP409', 'the URL to return to is malformed'),
  refusedLink('joint_account', 'AP410', 'somebody else has linked it already'),
  refusedLink('link_not_checking', 'AP411', 'it is no checking account, although Aerosync says so'),
  refusedLink('link_too_many', 'AP414', 'five accounts are linked already'),
  refusedLink('link_too_often', 'AP415', 'this account was linked too often'),
];

export function bankScenarioNamed(name: string): BankScenario | undefined {
  return bankScenarios.find((scenario) => scenario.name === name);
}

/** How Aeropay treats a person. Chosen by the phone number or e-mail address in `POST /v2/user` or `POST /user`; the first that fits counts. */
export interface PersonScenario {
  readonly name: string;
  readonly chosenBy: string;
  readonly happens: string;
  readonly fits: (profile: NewPerson) => boolean;
  /** How the code goes out to somebody whom the network knows from elsewhere; null for somebody new. */
  readonly mfaType: MfaType | null;
  readonly refusal: AeropayCode | undefined;
  /** Why no code will ever pass. */
  readonly codes: 'pass' | 'expired' | 'used_up';
  /** AP407 at aggregatorCredentials. */
  readonly mayNotLink: boolean;
}

const nobodySpecial = { fits: () => true, mfaType: null, refusal: undefined, codes: 'pass', mayNotLink: false } as const;

function refusedPhones(name: string, refusal: AeropayCode, phones: readonly string[], happens: string): PersonScenario {
  return { ...nobodySpecial, name, chosenBy: `phone ${phones.join(', ')}`, happens, fits: ({ phoneNumber }) => phones.includes(phoneNumber), refusal };
}

function refusedEmail(name: string, refusal: AeropayCode, happens: string): PersonScenario {
  const address = `${name.replaceAll('_', '-')}@aeropay.com`;
  return { ...nobodySpecial, name, chosenBy: `e-mail ${address}`, happens, fits: ({ email }) => email.toLowerCase() === address, refusal };
}

function networkUser(name: string, mfaType: MfaType, ending: string, happens: string, codes: PersonScenario['codes'] = 'pass'): PersonScenario {
  return { ...nobodySpecial, name, chosenBy: `phone ending in ${ending}`, happens, fits: ({ phoneNumber }) => phoneNumber.endsWith(ending), mfaType, codes };
}

export const personScenarios: readonly PersonScenario[] = [
  refusedPhones('unsupported_phone', 'AP115', ['5550173', '3105550187', '+14045550124', '+13125550198', '+19175550163'], 'AP115: landline, VOIP or prepaid number.'),
  refusedPhones('foreign_phone', 'AP119', ['+65-718-555-0134', '+657185550134'], 'AP119: not a US number. So does any other number whose country code is not +1.'),
  refusedEmail('no_authenticated_user', 'AP101', 'AP101, HTTP 401.'),
  refusedEmail('unable_to_create_user', 'AP102', 'AP102.'),
  refusedEmail('cannot_extract_user_info', 'AP104', 'AP104.'),
  refusedEmail('user_already_exists', 'AP107', 'AP107.'),
  refusedEmail('error_adding_user', 'AP108', 'AP108.'),
  networkUser('network_user_sms', 'sms', '5550101', 'Known to the network: a code goes out by SMS (`mfaType` sms), connected only once confirmed. In v1.1 `existingUser`, the code by e-mail.'),
  networkUser('network_user_email', 'email', '5550102', 'Known to the network: a code goes out by e-mail (`mfaType` email), connected only once confirmed. In v1.1 `existingUser`.'),
  networkUser('network_user_late', 'sms', '5550103', 'Known to the network, but every code is over before it arrives: AP111 to any code.', 'expired'),
  networkUser('network_user_locked', 'sms', '5550104', 'Known to the network, and all tries are used up: AP112 to any code.', 'used_up'),
  {
    ...nobodySpecial,
    name: 'may_not_link',
    chosenBy: 'e-mail may-not-link@aeropay.com',
    happens: 'Like a new user, but Aeropay hands out no widget token: AP407.',
    fits: ({ email }) => email.toLowerCase() === 'may-not-link@aeropay.com',
    mayNotLink: true,
  },
  {
    ...nobodySpecial,
    name: 'new_user',
    chosenBy: 'any other phone',
    happens:
      'First time: a new person, connected at once (`mfaType` null). Any later call, from any merchant: a code by SMS, not connected until confirmed; in v1.1 `existingUser` and a code by e-mail.',
  },
];

/** The scenario of a profile; the last one fits everybody. */
export function personScenarioOf(profile: NewPerson): Pick<PersonScenario, 'mfaType' | 'refusal' | 'codes' | 'mayNotLink'> {
  return personScenarios.find(({ fits }) => fits(profile)) ?? nobodySpecial;
}
