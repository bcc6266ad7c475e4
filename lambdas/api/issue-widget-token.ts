import { issueWidgetTokenContract } from '../contract/widget-tokens.ts';
import { issueWidgetTokenDependencies } from '../runtime/api-widget-tokens.ts';
import { route } from '../runtime/http.ts';
import { issueWidgetToken, type IssueWidgetToken } from '../usecases/issue-widget-token.ts';

/** POST /v1/users/{userId}/widget-tokens: a fresh token at every call, so an idempotency key changes nothing. */
export const issueWidgetTokenRoute = route(issueWidgetTokenContract, async (deps: IssueWidgetToken, { caller, params, body }) => {
  const issued = await issueWidgetToken(deps, { ...body, merchantId: caller.merchantId, userId: params.userId });
  return { status: 201, body: issued };
});

export const handler = issueWidgetTokenRoute(issueWidgetTokenDependencies);
