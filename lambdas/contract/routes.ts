import {
  getAccountDetailsContract, getConnectionContract, listConnectionsContract, listUserConnectionsContract, saveConnectionsContract,
} from './connections.ts';
import { getJobContract, listConnectionJobsContract, listJobsContract, resumeJobContract, startJobContract } from './jobs.ts';
import { getNewestBalanceContract, getNewestIdentityContract, getNewestTransactionsContract, getResultContract } from './results.ts';
import type { RouteContract } from './route-contract.ts';
import { getHealthContract, getOpenapiContract, receiveAerosyncWebhookContract } from './system.ts';
import { createUserContract, getUserContract, listUsersContract, verifyUserContract } from './users.ts';
import { issueWidgetTokenContract } from './widget-tokens.ts';

/** Every route of this deployment: the gateway, the OpenAPI document and the tests are made from this list. */
export const routes: readonly RouteContract[] = [
  getHealthContract,
  getOpenapiContract,
  createUserContract,
  verifyUserContract,
  getUserContract,
  listUsersContract,
  issueWidgetTokenContract,
  saveConnectionsContract,
  listConnectionsContract,
  listUserConnectionsContract,
  getConnectionContract,
  getAccountDetailsContract,
  startJobContract,
  getJobContract,
  listJobsContract,
  listConnectionJobsContract,
  resumeJobContract,
  getResultContract,
  getNewestBalanceContract,
  getNewestTransactionsContract,
  getNewestIdentityContract,
  receiveAerosyncWebhookContract,
];
