import { aggregatorCredentials } from './aeropay/aggregator-credentials.ts';
import { confirmUser } from './aeropay/confirm-user.ts';
import { createUser } from './aeropay/create-user.ts';
import { issueToken as issueAeropayToken } from './aeropay/issue-token.ts';
import { linkBankAccount } from './aeropay/link-bank-account.ts';
import { listBankAccounts } from './aeropay/list-bank-accounts.ts';
import { readUser } from './aeropay/read-user.ts';
import { createJob } from './aerosync/create-job.ts';
import { issueToken as issueAerosyncToken } from './aerosync/issue-token.ts';
import { issueWidgetToken } from './aerosync/issue-widget-token.ts';
import { readAccount } from './aerosync/read-account.ts';
import { readBalance } from './aerosync/read-balance.ts';
import { readIdentity } from './aerosync/read-identity.ts';
import { readJob } from './aerosync/read-job.ts';
import { readTransactions } from './aerosync/read-transactions.ts';
import type { Simulation } from './simulation.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** Every call of Aeropay v2 and Aerosync v2 that the simulator answers. */
export function upstreamCalls(simulation: Simulation): UpstreamCall[] {
  return [
    issueAeropayToken(simulation),
    createUser(simulation),
    confirmUser(simulation),
    readUser(simulation),
    listBankAccounts(simulation),
    aggregatorCredentials(simulation),
    linkBankAccount(simulation),
    issueAerosyncToken(simulation),
    issueWidgetToken(simulation),
    readAccount(simulation),
    createJob(simulation, 'balance'),
    createJob(simulation, 'transactions'),
    createJob(simulation, 'identity'),
    readJob(simulation),
    readBalance(simulation),
    readTransactions(simulation),
    readIdentity(simulation),
  ];
}
