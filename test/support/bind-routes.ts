import { cancelJobRoute } from '../../lambdas/api/cancel-job.ts';
import { changeUserRoute } from '../../lambdas/api/change-user.ts';
import { checkConnectionRoute } from '../../lambdas/api/check-connection.ts';
import { createUserRoute } from '../../lambdas/api/create-user.ts';
import { deleteConnectionRoute } from '../../lambdas/api/delete-connection.ts';
import { explainErrorRoute } from '../../lambdas/api/explain-error.ts';
import { getAccountDetailsRoute } from '../../lambdas/api/get-account-details.ts';
import { getConnectionRoute } from '../../lambdas/api/get-connection.ts';
import { getHealthRoute } from '../../lambdas/api/get-health.ts';
import { getJobRoute } from '../../lambdas/api/get-job.ts';
import { getNewestBalanceRoute } from '../../lambdas/api/get-newest-balance.ts';
import { getNewestIdentityRoute } from '../../lambdas/api/get-newest-identity.ts';
import { getNewestTransactionsRoute } from '../../lambdas/api/get-newest-transactions.ts';
import { getOpenapiRoute } from '../../lambdas/api/get-openapi.ts';
import { getResultRoute } from '../../lambdas/api/get-result.ts';
import { getTimelineRoute } from '../../lambdas/api/get-timeline.ts';
import { getUserRoute } from '../../lambdas/api/get-user.ts';
import { issueWidgetTokenRoute } from '../../lambdas/api/issue-widget-token.ts';
import { linkBankAccountRoute } from '../../lambdas/api/link-bank-account.ts';
import { listBankAccountsRoute } from '../../lambdas/api/list-bank-accounts.ts';
import { listConnectionJobsRoute } from '../../lambdas/api/list-connection-jobs.ts';
import { listConnectionsRoute } from '../../lambdas/api/list-connections.ts';
import { listEventsRoute } from '../../lambdas/api/list-events.ts';
import { listJobsRoute } from '../../lambdas/api/list-jobs.ts';
import { listUserConnectionsRoute } from '../../lambdas/api/list-user-connections.ts';
import { listUsersRoute } from '../../lambdas/api/list-users.ts';
import { notFoundRoute } from '../../lambdas/api/not-found.ts';
import { redriveJobRoute } from '../../lambdas/api/redrive-job.ts';
import { resendCodeRoute } from '../../lambdas/api/resend-code.ts';
import { resumeJobRoute } from '../../lambdas/api/resume-job.ts';
import { saveConnectionsRoute } from '../../lambdas/api/save-connections.ts';
import { startJobRoute } from '../../lambdas/api/start-job.ts';
import { verifyUserRoute } from '../../lambdas/api/verify-user.ts';
import type { ApiHandler, Edge } from '../../lambdas/runtime/http.ts';
import type { TestApi } from './start-api.ts';

/** Every function behind the gateway, bound to what a test runs it on: name -> handler. */
export function bindRoutes(load: () => TestApi['deps'], edge: Edge): ReadonlyMap<string, ApiHandler> {
  return new Map(Object.entries({
    'create-user': createUserRoute(load, edge),
    'verify-user': verifyUserRoute(load, edge),
    'resend-code': resendCodeRoute(load, edge),
    'change-user': changeUserRoute(load, edge),
    'get-user': getUserRoute(load, edge),
    'list-users': listUsersRoute(load, edge),
    'issue-widget-token': issueWidgetTokenRoute(load, edge),
    'save-connections': saveConnectionsRoute(load, edge),
    'list-connections': listConnectionsRoute(load, edge),
    'list-user-connections': listUserConnectionsRoute(load, edge),
    'get-connection': getConnectionRoute(load, edge),
    'get-account-details': getAccountDetailsRoute(load, edge),
    'check-connection': checkConnectionRoute(load, edge),
    'delete-connection': deleteConnectionRoute(load, edge),
    'list-bank-accounts': listBankAccountsRoute(load, edge),
    'link-bank-account': linkBankAccountRoute(load, edge),
    'start-job': startJobRoute(load, edge),
    'get-job': getJobRoute(load, edge),
    'list-jobs': listJobsRoute(load, edge),
    'list-connection-jobs': listConnectionJobsRoute(load, edge),
    'resume-job': resumeJobRoute(load, edge),
    'cancel-job': cancelJobRoute(load, edge),
    'redrive-job': redriveJobRoute(load, edge),
    'get-timeline': getTimelineRoute(load, edge),
    'get-result': getResultRoute(load, edge),
    'get-newest-balance': getNewestBalanceRoute(load, edge),
    'get-newest-transactions': getNewestTransactionsRoute(load, edge),
    'get-newest-identity': getNewestIdentityRoute(load, edge),
    'list-events': listEventsRoute(load, edge),
    'explain-error': explainErrorRoute(load, edge),
    'get-health': getHealthRoute(edge),
    'get-openapi': getOpenapiRoute(edge),
    'not-found': notFoundRoute(edge),
  }));
}
