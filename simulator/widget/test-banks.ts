import { correctAnswer } from '../bank/jobs.ts';
import { bankScenarioNamed, type BankScenario } from '../scenarios.ts';
import type { Side } from '../contradictions/contradiction-table.ts';

/** One of the sandbox's banks (§8 of the reference). */
export interface TestBank {
  /** Also the `stateCode` that the embedded view hands on. */
  readonly id: string;
  readonly name: string;
  /** The person signs in in a window of the bank's own. */
  readonly external: boolean;
  /** User and password, each with what comes next; absent: any two texts, and the bank asks `asks`. */
  readonly accounts?: readonly { readonly user: string; readonly password: string; readonly asks: boolean }[];
  readonly asks: boolean;
  /** The only answer that passes; absent: any. */
  readonly answer?: string;
  /** The person chooses one of several accounts. */
  readonly selectsAccount: boolean;
  /** How the linked bank behaves later. */
  readonly scenario: string;
  readonly told: string;
}

export const testBanks: readonly TestBank[] = [
  {
    id: 'aerosync_bank_mfa',
    name: 'Aerosync Bank (MFA)',
    external: false,
    asks: true,
    selectsAccount: false,
    scenario: 'default',
    told: 'Any user and password; a question, any answer passes.',
  },
  {
    id: 'aerosync_bank_oauth',
    name: 'Aerosync Bank (OAuth)',
    external: true,
    asks: false,
    selectsAccount: false,
    scenario: 'default',
    told: 'Any user and password, in a second window.',
  },
  {
    id: 'aerosync_bank_mfa_trigger',
    name: 'Aerosync Bank (MFA Trigger)',
    external: false,
    accounts: [{ user: 'mxuser', password: 'challenge', asks: true }],
    asks: true,
    answer: correctAnswer,
    selectsAccount: false,
    scenario: 'mfa',
    told: '`mxuser` and `challenge`; a question, `correct` passes. Every later job asks too: scenario `mfa`.',
  },
  {
    id: 'aerobank_nonoauth',
    name: 'Aerobank NonOAuth',
    external: false,
    accounts: [
      { user: 'sync', password: 'no_mfa', asks: false },
      { user: 'sync', password: 'mfa', asks: true },
    ],
    asks: false,
    answer: correctAnswer,
    selectsAccount: false,
    scenario: 'default',
    told: '`sync` and `no_mfa` link at once; `sync` and `mfa`: a question, `correct` passes. Anything else is asked for again.',
  },
  {
    id: 'aerobank_oauth',
    name: 'Aerobank OAuth',
    external: true,
    accounts: [{ user: 'sync', password: 'no_mfa', asks: false }],
    asks: false,
    selectsAccount: true,
    scenario: 'default',
    told: '`sync` and `no_mfa` in a second window, then one of two accounts. Anything else is asked for again.',
  },
];

export function testBankWithId(id: string | undefined): TestBank | undefined {
  return testBanks.find((bank) => bank.id === id);
}

/** The bank of a connection, for signing in again; banks that were linked without the widget are treated as the first one. */
export function testBankNamed(name: string): TestBank | undefined {
  return testBanks.find((bank) => bank.name === name) ?? testBanks[0];
}

/** Whether the bank lets this person in, and whether it asks a question then. On side A of contradiction 24 any two texts will do. */
export function trySignIn(bank: TestBank, user: string, password: string, side: Side | undefined): 'refused' | 'asks' | 'signed_in' {
  if (user === '' || password === '') return 'refused';
  const { accounts } = bank;
  const known = accounts?.find((account) => account.user === user && account.password === password);
  if (accounts !== undefined && known === undefined && side !== 'A') return 'refused';
  return (known ?? bank).asks ? 'asks' : 'signed_in';
}

/** How the bank will behave: a user who bears the name of a scenario chooses it. */
export function scenarioOf(bank: TestBank, user: string): BankScenario | undefined {
  return bankScenarioNamed(user) ?? bankScenarioNamed(bank.scenario);
}
