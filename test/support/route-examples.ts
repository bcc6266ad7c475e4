import { routes } from '../../lambdas/contract/routes.ts';
import { aConnectionId, aPerson, completedJobs, createUser, linkBank, pausedJob, startJob } from './api-world.ts';
import { networkUser } from './fake-upstream.ts';
import type { TestApi, TestMerchant } from './start-api.ts';

/** The routes that merchants call; the webhook has tests of its own. */
export const apiRoutes = routes.filter(({ path }) => !path.startsWith('/webhooks/'));
export const scopedRoutes = apiRoutes.filter(({ scope }) => scope !== null);

export interface RouteExample {
  /** Values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** A request to every route that succeeds, once: name of the route -> request. */
export async function routeExamples(api: TestApi, merchant: TestMerchant): Promise<ReadonlyMap<string, RouteExample>> {
  const { user, connectionId } = await linkBank(api, merchant);
  const done = await completedJobs(api, merchant, connectionId);
  const paused = await pausedJob(api, merchant, connectionId);
  const elsewhere = await linkBank(api, merchant);
  const running = await startJob(api, merchant, elsewhere.connectionId, { type: 'identity' });
  const failed = await startJob(api, merchant, elsewhere.connectionId, { type: 'balance' });
  const failure = { code: 'UpstreamUnavailable', upstreamCode: null } as const;
  await api.deps.progress.end({ merchantId: merchant.merchantId, jobId: String(failed['id']) }, { status: 'failed', failure }, api.clock.now());
  const spare = await linkBank(api, merchant);
  const { answerCreate } = api.upstream;
  api.upstream.answerCreate = networkUser;
  const unverified = await createUser(api, merchant);
  const waiting = await createUser(api, merchant);
  api.upstream.answerCreate = answerCreate;
  // A code was just sent to both; the next one may be asked for after a minute.
  api.clock.advance(61);
  const userId = String(user['id']);
  const about = { type: 'connection.linked', at: '2026-03-02T12:00:00.000Z', userId, connectionId } as const;
  await api.deps.feed.publish(merchant.merchantId, [{ changeId: 'the-link', facts: about }], api.clock.now());
  const examples: Record<string, RouteExample> = {
    'get-health': { params: {}, status: 200 },
    'get-openapi': { params: {}, status: 200 },
    'explain-error': { params: {}, body: { error: 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: no' }, status: 200 },
    'create-user': { params: {}, body: aPerson(), status: 201 },
    'verify-user': { params: { userId: String(unverified['id']) }, body: { code: '000000' }, status: 200 },
    'resend-code': { params: { userId: String(waiting['id']) }, status: 202 },
    'change-user': { params: { userId }, body: { firstName: 'Janet' }, status: 200 },
    'get-user': { params: { userId }, status: 200 },
    'list-users': { params: {}, status: 200 },
    'issue-widget-token': { params: { userId }, body: { purpose: 'link' }, status: 201 },
    'save-connections': { params: { userId }, body: { connectionId: aConnectionId() }, status: 201 },
    'list-connections': { params: {}, status: 200 },
    'list-user-connections': { params: { userId }, status: 200 },
    'get-connection': { params: { connectionId }, status: 200 },
    'get-account-details': { params: { connectionId }, status: 200 },
    'check-connection': { params: { connectionId }, status: 200 },
    'delete-connection': { params: { connectionId: spare.connectionId }, status: 204 },
    'list-bank-accounts': { params: { userId }, status: 200 },
    'link-bank-account': { params: { userId }, body: { connectionId }, status: 201 },
    'start-job': { params: { connectionId }, body: { type: 'transactions', startDate: '2026-01-01', endDate: '2026-01-31', reference: 'loan-7' }, status: 202 },
    'get-job': { params: { jobId: done.balance }, status: 200 },
    'list-jobs': { params: {}, status: 200 },
    'list-connection-jobs': { params: { connectionId }, status: 200 },
    'cancel-job': { params: { jobId: String(running['id']) }, status: 200 },
    'redrive-job': { params: { jobId: String(failed['id']) }, status: 202 },
    'get-timeline': { params: { jobId: done.balance }, status: 200 },
    'resume-job': { params: { jobId: paused }, status: 202 },
    'get-result': { params: { jobId: done.transactions }, status: 200 },
    'get-newest-balance': { params: { connectionId }, status: 200 },
    'get-newest-transactions': { params: { connectionId }, status: 200 },
    'get-newest-identity': { params: { connectionId }, status: 200 },
    'list-events': { params: {}, status: 200 },
  };
  return new Map(Object.entries(examples));
}

export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => params[name] ?? '');
}
