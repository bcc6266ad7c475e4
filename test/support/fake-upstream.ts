import { randomUUID } from 'node:crypto';
import type { BankAccount } from '../../lambdas/domain/bank-account.ts';
import { AppError } from '../../lambdas/domain/errors.ts';
import type { Person } from '../../lambdas/domain/user.ts';
import type { CreatedUpstreamUser, UpstreamAccount, UpstreamAccounts, UpstreamBankAccounts, UpstreamPerson, UpstreamProfile, UpstreamProfiles, UpstreamUsers, UpstreamWidget } from '../../lambdas/ports.ts';

/** Aeropay and Aerosync as the API's use cases see them. Every call is written down; a test replaces an answer by assigning it. */
export class FakeUpstream {
  /** One word per call and what it was about, in order. */
  readonly calls: string[] = [];

  /** Under which ids a code was confirmed last. */
  confirmedAs: UpstreamPerson | undefined;

  answerCreate: (person: Person) => Promise<CreatedUpstreamUser> = newUser;
  answerConfirm: (code: string) => Promise<{ aeroPassUserUuid: string | null }> = confirmed;
  answerMint: () => Promise<{ token: string; lifetimeSeconds: number; url: string | null }> = freshToken;
  answerProfile: () => Promise<UpstreamProfile> = activeProfile;
  answerBankAccounts: () => Promise<BankAccount[]> = noBankAccounts;
  answerLink: () => Promise<BankAccount> = linkedAccount;
  answerAccount: (connectionId: string) => Promise<UpstreamAccount> = healthy;

  readonly users: UpstreamUsers = {
    create: async (_merchantId, person) => {
      this.calls.push('create user');
      return this.answerCreate(person);
    },
    confirm: async (_merchantId, { upstreamUserId, aeroPassUserUuid }, code) => {
      this.calls.push('confirm user');
      this.confirmedAs = { upstreamUserId, aeroPassUserUuid };
      return this.answerConfirm(code);
    },
  };
  readonly widget: UpstreamWidget = {
    mintToken: async () => {
      this.calls.push('mint widget token');
      return this.answerMint();
    },
  };
  readonly profiles: UpstreamProfiles = {
    read: async () => {
      this.calls.push('read profile');
      return this.answerProfile();
    },
  };
  readonly bankAccounts: UpstreamBankAccounts = {
    list: async () => {
      this.calls.push('list bank accounts');
      return this.answerBankAccounts();
    },
    link: async () => {
      this.calls.push('link bank account');
      return this.answerLink();
    },
  };
  readonly accounts: UpstreamAccounts = {
    read: async (_merchantId, connectionId) => {
      this.calls.push(`read account ${connectionId}`);
      return this.answerAccount(connectionId);
    },
  };

  /** As if nothing had been asked, with every answer a good one. */
  reset(): void {
    this.calls.length = 0;
    this.answerCreate = newUser;
    this.answerConfirm = confirmed;
    this.answerMint = freshToken;
    this.answerProfile = activeProfile;
    this.answerBankAccounts = noBankAccounts;
    this.answerLink = linkedAccount;
    this.answerAccount = healthy;
  }
}

/** A person who is usable at once, with an id of their own. */
const newUser: FakeUpstream['answerCreate'] = async () => {
  const uuid = randomUUID();
  return { upstreamUserId: uuid, aeroPassUserUuid: uuid, verification: null };
};
const freshToken: FakeUpstream['answerMint'] = async () => ({ token: `widget-token-${randomUUID()}`, lifetimeSeconds: 1800, url: null });
const confirmed: FakeUpstream['answerConfirm'] = async () => ({ aeroPassUserUuid: null });
const activeProfile: FakeUpstream['answerProfile'] = async () => ({ isActive: true, aeroPassUserUuid: null, firstName: null, lastName: null, email: null, phoneNumber: null });
const noBankAccounts: FakeUpstream['answerBankAccounts'] = async () => [];
const linkedAccount: FakeUpstream['answerLink'] = async () => aBankAccount();

/** An account linked for payments. */
export function aBankAccount(over: Partial<BankAccount> = {}): BankAccount {
  return { id: '1139036', bankName: 'Aerosync Bank', last4: '3535', name: 'Aerosync Checking', type: 'checking', status: 'verified', isDefault: true, connectionId: null, createdAt: null, ...over };
}
const healthy: FakeUpstream['answerAccount'] = async () => anAccount();

/** What upstream says of a healthy checking account. */
export function anAccount(over: Partial<UpstreamAccount['connection']> = {}): UpstreamAccount {
  return {
    connection: {
      status: 'connected',
      upstreamStatus: 'CONNECTED',
      institution: { name: 'Aerobank', uuid: null },
      account: { nickname: 'Everyday', type: 'checking', display: '4321', numberType: 'Tokenized' },
      canFetchBalance: true,
      expiresAt: '2027-01-02T15:47:48.000Z',
      ...over,
    },
    accountNumber: '00100000987654321',
    routingNumber: '000000111',
    accountNumberType: 'Tokenized',
    bankName: 'Aerobank',
  };
}

/** A person who must first confirm a code, sent by text message. */
export const networkUser: FakeUpstream['answerCreate'] = async () => ({
  upstreamUserId: '49681f36-bbe0-4038-b024-a5d86584255a',
  aeroPassUserUuid: '49681f36-bbe0-4038-b024-a5d86584255a',
  verification: { channel: 'sms', destination: null },
});

export const silence = async (): Promise<never> => {
  throw new AppError('UpstreamUnavailable', 'no reply (time-out)');
};

export function refusing(code: ConstructorParameters<typeof AppError>[0], details: ConstructorParameters<typeof AppError>[2] = {}): () => Promise<never> {
  return async () => {
    throw new AppError(code, 'refused by upstream', details);
  };
}
