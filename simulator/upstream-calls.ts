import { aggregatorCredentials } from './aeropay/aggregator-credentials.ts';
import { confirmUser } from './aeropay/confirm-user.ts';
import { createUser } from './aeropay/create-user.ts';
import { issueToken as issueAeropayToken } from './aeropay/issue-token.ts';
import { linkBankAccount } from './aeropay/link-bank-account.ts';
import { listBankAccounts } from './aeropay/list-bank-accounts.ts';
import { readUser } from './aeropay/read-user.ts';
import { selectBankAccount } from './aeropay/select-bank-account.ts';
import { v1Calls } from './aeropay-v1/v1-calls.ts';
import { createJob } from './aerosync/create-job.ts';
import { issueToken as issueAerosyncToken } from './aerosync/issue-token.ts';
import { issueWidgetToken } from './aerosync/issue-widget-token.ts';
import { readAccount } from './aerosync/read-account.ts';
import { readBalance } from './aerosync/read-balance.ts';
import { readIdentity } from './aerosync/read-identity.ts';
import { readJob, readJobByOldPath } from './aerosync/read-job.ts';
import { readTransactions } from './aerosync/read-transactions.ts';
import type { Simulation } from './simulation.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { webhookManagementCalls } from './webhook-management/webhook-management-calls.ts';

/** Every call that the simulator answers: Aeropay v2, v1 and v1.1, Aerosync v2 and its webhook management. */
export function upstreamCalls(simulation: Simulation): UpstreamCall[] {
  return [
    issueAeropayToken(simulation),
    createUser(simulation),
    confirmUser(simulation),
    readUser(simulation),
    listBankAccounts(simulation),
    selectBankAccount(simulation),
    aggregatorCredentials(simulation),
    linkBankAccount(simulation),
    ...v1Calls(simulation),
    issueAerosyncToken(simulation),
    issueWidgetToken(simulation),
    readAccount(simulation),
    createJob(simulation, 'balance'),
    createJob(simulation, 'transactions'),
    createJob(simulation, 'identity'),
    readJob(simulation),
    readJobByOldPath(simulation),
    readBalance(simulation),
    readTransactions(simulation),
    readIdentity(simulation),
    ...webhookManagementCalls(simulation),
  ];
}
