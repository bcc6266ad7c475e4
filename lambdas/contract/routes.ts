import { linkBankAccountContract, listBankAccountsContract } from './bank-accounts.ts';
import {
  checkConnectionContract, deleteConnectionContract, getAccountDetailsContract, getConnectionContract, listConnectionsContract, listUserConnectionsContract, saveConnectionsContract,
} from './connections.ts';
import { explainErrorContract } from './errors.ts';
import { listEventsContract } from './events.ts';
import {
  cancelJobContract, getJobContract, getTimelineContract, listConnectionJobsContract, listJobsContract, redriveJobContract, resumeJobContract, startJobContract,
} from './jobs.ts';
import { getNewestBalanceContract, getNewestIdentityContract, getNewestTransactionsContract, getResultContract } from './results.ts';
import type { RouteContract } from './route-contract.ts';
import { getHealthContract, getOpenapiContract, receiveAerosyncWebhookContract } from './system.ts';
import { changeUserContract, createUserContract, getUserContract, listUsersContract, resendCodeContract, verifyUserContract } from './users.ts';
import { issueWidgetTokenContract } from './widget-tokens.ts';

/** Every route of this deployment: the gateway, the OpenAPI document and the tests are made from this list. */
export const routes: readonly RouteContract[] = [
  getHealthContract,
  getOpenapiContract,
  explainErrorContract,
  createUserContract,
  verifyUserContract,
  resendCodeContract,
  changeUserContract,
  getUserContract,
  listUsersContract,
  issueWidgetTokenContract,
  saveConnectionsContract,
  listConnectionsContract,
  listUserConnectionsContract,
  getConnectionContract,
  getAccountDetailsContract,
  checkConnectionContract,
  deleteConnectionContract,
  listBankAccountsContract,
  linkBankAccountContract,
  startJobContract,
  getJobContract,
  listJobsContract,
  listConnectionJobsContract,
  resumeJobContract,
  cancelJobContract,
  redriveJobContract,
  getTimelineContract,
  getResultContract,
  getNewestBalanceContract,
  getNewestTransactionsContract,
  getNewestIdentityContract,
  listEventsContract,
  receiveAerosyncWebhookContract,
];
