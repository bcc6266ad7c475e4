import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../domain/errors.ts';
import type { JobType } from '../domain/job.ts';
import type { Secrets, SignalKind } from '../ports.ts';
import { createLog, describeError } from '../runtime/logger.ts';
import { requireSize } from '../runtime/http-request.ts';
import { asAppError, problemAnswer } from '../runtime/problem.ts';
import { webhookDependencies } from '../runtime/webhook-dependencies.ts';
import { applyDelivery, type ApplyDelivery, type Delivery } from '../usecases/apply-delivery.ts';

/** What the adapter reads out of a raw body; undefined when it is no JSON of upstream's form. */
export type ReadWebhook =
  | {
      readonly kind: 'job';
      readonly type: JobType | undefined;
      readonly upstreamJobId: string;
      readonly connectionId: string | undefined;
      readonly signal: SignalKind | 'unknown';
      readonly upstreamCode: string | null;
      readonly sentAt: Date;
    }
  | { readonly kind: 'revocation'; readonly connectionId: string; readonly sentAt: Date }
  | { readonly kind: 'test' | 'unknown'; readonly sentAt: Date | undefined };

export interface ReceiveWebhook extends ApplyDelivery {
  readonly secrets: Pick<Secrets, 'webhookSecrets'>;
  readonly isSignature: (header: string | undefined) => boolean;
  readonly isSigned: (rawBody: Buffer, header: string | undefined, secrets: readonly string[]) => boolean;
  readonly readWebhook: (rawBody: string) => ReadWebhook | undefined;
}

const log = createLog('receive-aerosync-webhook');
const signatureHeader = 'x-webhook-signature';

/**
 * POST /webhooks/aerosync/{merchantId}: receive, verify, translate, apply.
 * 200 for everything validly signed; 413 for a body that no delivery has; 401 alike for a bad signature, a missing one and an unknown merchant.
 */
export function receiveAerosyncWebhook(load: () => ReceiveWebhook) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const requestId = event.requestContext.requestId;
    const deps = load();
    try {
      const merchantId = event.pathParameters?.['merchantId'] ?? '';
      const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      requireSize(rawBody);
      const header = event.headers[signatureHeader];
      const secrets = deps.isSignature(header) ? await deps.secrets.webhookSecrets(merchantId) : undefined;
      const accepted = secrets === undefined ? [] : [secrets.current, ...(secrets.previous === null ? [] : [secrets.previous])];
      if (!deps.isSigned(rawBody, header, accepted)) {
        deps.counters.count('WebhookUnsigned');
        return refusal(new AppError('Unauthenticated', 'the signature does not fit: check the secret of this subscription'), requestId);
      }
      const sent = { merchantId, digest: createHash('sha256').update(rawBody).digest('hex') };
      await applyDelivery(deps, translate(sent, deps.readWebhook(rawBody.toString('utf8'))));
      return { statusCode: 200, headers: { 'content-type': 'application/json', 'x-request-id': requestId }, body: '{}' };
    } catch (error) {
      if (error instanceof AppError && error.code === 'PayloadTooLarge') return refusal(error, requestId);
      // Upstream delivers again; everything that was written so far is safe to write once more.
      log.error('failed', { requestId, ...describeError(error) });
      deps.counters.count('WebhookFailed');
      return refusal(asAppError(error), requestId);
    }
  };
}

function translate(sent: { readonly merchantId: string; readonly digest: string }, read: ReadWebhook | undefined): Delivery {
  switch (read?.kind) {
    case 'revocation':
      return { about: 'revocation', ...sent, connectionId: read.connectionId, sentAt: read.sentAt };
    case 'job': {
      const { signal: kind, ...job } = read;
      if (kind === 'unknown') return { about: 'nothing', ...sent, sentAt: read.sentAt };
      return {
        about: 'job', ...sent, kind,
        type: job.type, upstreamJobId: job.upstreamJobId, connectionId: job.connectionId, upstreamCode: job.upstreamCode, sentAt: job.sentAt,
      };
    }
    case 'test':
    case 'unknown':
      return { about: 'nothing', ...sent, sentAt: read.sentAt };
    case undefined:
      return { about: 'nothing', ...sent, sentAt: undefined };
  }
}

function refusal(error: AppError, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { status, headers, body } = problemAnswer(error, requestId);
  return { statusCode: status, headers: { ...headers, 'x-request-id': requestId }, body };
}

export const handler = receiveAerosyncWebhook(webhookDependencies);
