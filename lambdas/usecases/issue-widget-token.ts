import { AppError } from '../domain/errors.ts';
import type { Merchant } from '../domain/merchant.ts';
import type { Clock, ConnectionRepository, JobRepository, MerchantRepository, UpstreamWidget } from '../ports.ts';
import type { ConfirmedUser } from './find-user.ts';
import { whileConfirmed, type WhileConfirmed } from './while-confirmed.ts';

export interface IssueWidgetToken extends WhileConfirmed {
  readonly connections: Pick<ConnectionRepository, 'find'>;
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly merchants: Pick<MerchantRepository, 'find'>;
  readonly widget: UpstreamWidget;
  readonly clock: Clock;
  /** Which of upstream's widgets the token opens. */
  readonly environment: 'sandbox' | 'production';
}

export type WidgetPurpose = 'link' | 'mfa' | 'reconnect';
export type Platform = 'web' | 'ios' | 'android' | 'react_native' | 'flutter';

export interface WidgetTokenRequest {
  readonly merchantId: string;
  readonly userId: string;
  readonly purpose: WidgetPurpose;
  readonly jobId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly platform?: Platform | undefined;
  readonly deeplink?: string | undefined;
}

/** A token for one launch, and the options that the widget's SDK takes (aerosync-api.md §7.2). */
export interface WidgetToken {
  readonly token: string;
  readonly expiresAt: string;
  readonly purpose: WidgetPurpose;
  readonly url: string | null;
  readonly widget: {
    readonly token: string;
    readonly environment: 'sandbox' | 'production';
    readonly aeroPassUserUuid: string;
    readonly configurationId?: string;
    readonly handleMFA: boolean;
    readonly jobId?: string;
    readonly connectionId?: string;
    readonly deeplink?: string;
    readonly widgetLaunchType?: string;
  };
}

/**
 * Mints a fresh token that opens the widget. It is never stored and never logged, and neither is the URL that carries it.
 * The widget checks none of its options, so what they name is checked here.
 * @throws AppError NotFound, VerificationRequired, Conflict for a job that does not wait, InvalidRequest for a deep link that is not allowed
 */
export async function issueWidgetToken(deps: IssueWidgetToken, request: WidgetTokenRequest): Promise<WidgetToken> {
  return whileConfirmed(deps, request, (user) => mintFor(deps, request, user));
}

async function mintFor(deps: IssueWidgetToken, request: WidgetTokenRequest, user: ConfirmedUser): Promise<WidgetToken> {
  const merchant = await deps.merchants.find(request.merchantId);
  const deeplink = allowedDeeplink(merchant, request.deeplink);
  const purpose = await purposeOptions(deps, request, user);
  const now = deps.clock.now().getTime();
  const { token, lifetimeSeconds, url } = await deps.widget.mintToken(request.merchantId, user);
  return {
    token,
    expiresAt: new Date(now + lifetimeSeconds * 1000).toISOString(),
    purpose: request.purpose,
    url,
    widget: {
      token,
      environment: deps.environment,
      aeroPassUserUuid: user.aeroPassUserUuid,
      ...(merchant?.configurationId == null ? {} : { configurationId: merchant.configurationId }),
      ...purpose,
      ...(deeplink === undefined ? {} : { deeplink }),
      // Some banks forbid their login inside an app's web view (docs-integration-flow.txt, note on mobile apps).
      ...(isNative(request.platform) ? { widgetLaunchType: 'systemBrowser' } : {}),
    },
  };
}

function allowedDeeplink(merchant: Merchant | undefined, deeplink: string | undefined): string | undefined {
  if (deeplink === undefined || merchant?.deeplinks.includes(deeplink) === true) return deeplink;
  throw new AppError('InvalidRequest', 'the deep link is not one of those that are registered for this merchant', {
    errors: [{ path: 'deeplink', message: 'must be on the allow-list of the merchant' }],
  });
}

type PurposeOptions = Pick<WidgetToken['widget'], 'handleMFA' | 'jobId' | 'connectionId'>;

async function purposeOptions(deps: IssueWidgetToken, request: WidgetTokenRequest, user: ConfirmedUser): Promise<PurposeOptions> {
  switch (request.purpose) {
    case 'link':
      return { handleMFA: false };
    case 'mfa':
      return mfaOptions(deps, request, user);
    case 'reconnect': {
      const connection = await deps.connections.find(user.merchantId, request.connectionId ?? '');
      if (connection?.userId !== user.id) throw new AppError('NotFound', 'there is no such connection of this user');
      return { handleMFA: false, connectionId: connection.id };
    }
  }
}

async function mfaOptions(deps: IssueWidgetToken, request: WidgetTokenRequest, user: ConfirmedUser): Promise<PurposeOptions> {
  const job = await deps.jobs.find({ merchantId: user.merchantId, jobId: request.jobId ?? '' });
  if (job?.userId !== user.id) throw new AppError('NotFound', 'there is no such job of this user');
  if (job.status !== 'awaiting_mfa' || job.upstreamJobId === null) {
    throw new AppError('Conflict', `a job that is ${job.status} does not wait for the person: open the widget for it only while it is awaiting_mfa`);
  }
  if (request.connectionId !== undefined && request.connectionId !== job.connectionId) {
    throw new AppError('InvalidRequest', 'the job is of another connection', { errors: [{ path: 'connectionId', message: 'must be that of the job' }] });
  }
  return { handleMFA: true, jobId: job.upstreamJobId, connectionId: job.connectionId };
}

function isNative(platform: Platform | undefined): boolean {
  return platform !== undefined && platform !== 'web';
}
