import type { SaidUpstreamChoices } from '../../lambdas/domain/merchant.ts';
import { connectionId, dates, jane, jobId, merchantId, person, uuid, type Adapters } from './upstreams.ts';

export interface PortCall {
  readonly name: string;
  readonly choices?: SaidUpstreamChoices;
  /** Where it goes. */
  readonly path: string;
  /** Where its token comes from; undefined for a call that carries credentials itself. */
  readonly tokenPath?: string;
  /** How often it is sent when it fails in a way that may pass: only what does no harm is sent again. */
  readonly tries: 1 | 3;
  /** The least upstream may answer. */
  readonly least: object;
  /** The least again, with a value of the wrong type. */
  readonly wrong: object;
  readonly run: (adapters: Adapters) => Promise<unknown>;
}

const v1 = { aeropayApi: 'v1.1' } as const;
const v2Token = '/aeropay/v2/token';
const v1Token = '/aeropay/token';
const syncToken = '/aerosync/v2/token';
const account = `/aerosync/v2/accounts/${connectionId}`;

const createUser = ({ aeropay }: Adapters) => aeropay.create(merchantId, jane);
const confirmUser = ({ aeropay }: Adapters) => aeropay.confirm(merchantId, person, '123456');
const readUser = ({ aeropay }: Adapters) => aeropay.read(merchantId, person);
const listAccounts = ({ aeropay }: Adapters) => aeropay.list(merchantId, person);
const linkAccount = ({ aeropay }: Adapters) => aeropay.link(merchantId, person, { connectionId });
const widgetToken = ({ widget }: Adapters) => widget.mintToken(merchantId, person);

/** Every call of every port, of both of Aeropay's APIs and of Aerosync. */
export const portCalls: readonly PortCall[] = [
  { name: 'v2 create user', path: '/aeropay/v2/user', tokenPath: v2Token, tries: 1, least: { user: { id: uuid } }, wrong: { user: { id: { x: 1 } } }, run: createUser },
  { name: 'v2 confirm user', path: '/aeropay/v2/confirmUser', tokenPath: v2Token, tries: 1, least: { user: { id: uuid } }, wrong: { user: 'Jane' }, run: confirmUser },
  { name: 'v2 read user', path: '/aeropay/v2/user', tokenPath: v2Token, tries: 3, least: { user: { id: uuid } }, wrong: { user: { userStatus: 7 } }, run: readUser },
  { name: 'v2 list bank accounts', path: '/aeropay/v2/bankAccounts', tokenPath: v2Token, tries: 3, least: { bankAccounts: [{ bankAccountId: 1 }] }, wrong: { bankAccounts: { bankAccountId: 1 } }, run: listAccounts },
  { name: 'v2 link bank account', path: '/aeropay/v2/linkAccountFromAggregator', tokenPath: v2Token, tries: 1, least: { userBankInfo: { bankAccountId: 0 } }, wrong: { userBankInfo: { bankAccountId: [1] } }, run: linkAccount },
  { name: 'v2 widget token', choices: { widgetTokens: 'aeropay' }, path: '/aeropay/v2/aggregatorCredentials', tokenPath: v2Token, tries: 3, least: { token: 'w' }, wrong: { token: 7 }, run: widgetToken },

  { name: 'v1.1 create user', choices: v1, path: '/aeropay/user', tokenPath: v1Token, tries: 1, least: { user: { userId: '1', aeroPassUserUuid: uuid } }, wrong: { user: { userId: [] } }, run: createUser },
  { name: 'v1.1 confirm user', choices: v1, path: '/aeropay/confirmUser', tokenPath: v1Token, tries: 1, least: { success: true, user: { aeroPassUserUuid: uuid } }, wrong: { success: 'perhaps' }, run: confirmUser },
  { name: 'v1.1 read user', choices: v1, path: '/aeropay/user', tokenPath: v1Token, tries: 3, least: { user: { userId: '1' } }, wrong: { user: [] }, run: readUser },
  { name: 'v1.1 list bank accounts', choices: v1, path: '/aeropay/user', tokenPath: v1Token, tries: 3, least: { user: { bankAccounts: [{ bankAccountId: '1' }] } }, wrong: { user: { bankAccounts: 'none' } }, run: listAccounts },
  { name: 'v1.1 link bank account', choices: v1, path: '/aeropay/linkAccountFromAggregator', tokenPath: v1Token, tries: 1, least: { userBankInfo: { bankAccountId: '15991' } }, wrong: { userBankInfo: '15991' }, run: linkAccount },
  { name: 'v1.1 widget token', choices: { ...v1, widgetTokens: 'aeropay' }, path: '/aeropay/aggregatorCredentials', tokenPath: v1Token, tries: 3, least: { token: 'w' }, wrong: { token: { jwt: 'w' } }, run: widgetToken },

  { name: 'Aerosync widget token', path: '/aerosync/v2/token_widget', tries: 3, least: { token: 'w' }, wrong: { token: null }, run: widgetToken },
  { name: 'Aerosync read account', path: account, tokenPath: syncToken, tries: 3, least: { account: {} }, wrong: { account: { accountNumber: false } }, run: ({ accounts }) => accounts.read(merchantId, connectionId) },
  { name: 'Aerosync create balance job', path: `${account}/refresh`, tokenPath: syncToken, tries: 1, least: { jobId }, wrong: { jobId: {} }, run: ({ jobs }) => jobs.create(merchantId, connectionId, 'balance', null) },
  { name: 'Aerosync create transactions job', path: `${account}/transactions`, tokenPath: syncToken, tries: 1, least: { jobId }, wrong: { jobId: null }, run: ({ jobs }) => jobs.create(merchantId, connectionId, 'transactions', dates) },
  { name: 'Aerosync create identity job', path: `${account}/identity`, tokenPath: syncToken, tries: 1, least: { jobId }, wrong: { jobId: [jobId] }, run: ({ jobs }) => jobs.create(merchantId, connectionId, 'identity', null) },
  { name: 'Aerosync job status', path: `${account}/job/${jobId}`, tokenPath: syncToken, tries: 1, least: { jobStatus: 'Initiated' }, wrong: { jobStatus: 4 }, run: ({ jobs }) => jobs.readState(merchantId, connectionId, jobId) },
  { name: 'Aerosync balance data', path: `${account}/balance`, tokenPath: syncToken, tries: 3, least: { account: {} }, wrong: { account: { availableBalance: '1,000', currency: 'USD' } }, run: ({ jobs }) => jobs.readData(merchantId, connectionId, jobId, 'balance', null) },
  { name: 'Aerosync transactions data of a job', path: `${account}/transactions`, tokenPath: syncToken, tries: 3, least: { transactions: [] }, wrong: { transactions: {} }, run: ({ jobs }) => jobs.readData(merchantId, connectionId, jobId, 'transactions', dates) },
  { name: 'Aerosync transactions data by date', choices: { transactionDates: 'query' }, path: `${account}/transactions`, tokenPath: syncToken, tries: 3, least: { transactions: [] }, wrong: { transactions: [7] }, run: ({ jobs }) => jobs.readData(merchantId, connectionId, jobId, 'transactions', dates) },
  { name: 'Aerosync identity data', path: `${account}/identity`, tokenPath: syncToken, tries: 3, least: { identity: {} }, wrong: { identity: { email: 7 } }, run: ({ jobs }) => jobs.readData(merchantId, connectionId, jobId, 'identity', null) },
];
