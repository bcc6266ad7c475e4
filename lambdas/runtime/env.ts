import * as z from 'zod';

const name = z.string().min(1);

/** `sandbox` and `production` talk https only; `dev` may point at a simulator. */
const upstream = {
  STAGE: z.string().min(1),
  UPSTREAM_ENVIRONMENT: z.enum(['sandbox', 'production']),
  AEROPAY_BASE_URL: z.url(),
  AEROSYNC_BASE_URL: z.url(),
  /** `<prefix>/<merchantId>/upstream` and `<prefix>/<merchantId>/webhook` are a merchant's two secrets. */
  MERCHANT_SECRETS_PREFIX: name,
};

function httpsOutsideDev(env: { STAGE: string; AEROPAY_BASE_URL: string; AEROSYNC_BASE_URL: string }): boolean {
  return env.STAGE === 'dev' || [env.AEROPAY_BASE_URL, env.AEROSYNC_BASE_URL].every((url) => url.startsWith('https://'));
}
const httpsRule = { error: 'upstream base URLs must be https outside the dev stage', path: ['AEROPAY_BASE_URL'] };

/** One schema per kind of function. The CDK constructs demand the same type, so a forgotten variable fails to compile. */
export const apiEnv = z
  .object({
    ...upstream,
    USERS_TABLE: name,
    CONNECTIONS_TABLE: name,
    JOBS_TABLE: name,
    RESULTS_TABLE: name,
    ACCESS_TABLE: name,
    EVENTS_TABLE: name,
    JOB_MACHINE_ARN: name,
    DEPLOYMENT_KEY_SECRET_ARN: name,
    /** How long results are kept, in days. */
    RESULT_DAYS: z.coerce.number().int().min(1).max(30),
  })
  .refine(httpsOutsideDev, httpsRule);

export const authorizerEnv = z.object({ STAGE: name, ACCESS_TABLE: name });

export const taskEnv = z
  .object({
    ...upstream,
    CONNECTIONS_TABLE: name,
    JOBS_TABLE: name,
    RESULTS_TABLE: name,
    ACCESS_TABLE: name,
    RESULT_DAYS: z.coerce.number().int().min(1).max(30),
  })
  .refine(httpsOutsideDev, httpsRule);

/** The internet-facing function: it can read no upstream credentials and no results. */
export const webhookEnv = z.object({
  STAGE: name,
  CONNECTIONS_TABLE: name,
  JOBS_TABLE: name,
  ACCESS_TABLE: name,
  MERCHANT_SECRETS_PREFIX: name,
});

export const eventEnv = z.object({
  STAGE: name,
  CONNECTIONS_TABLE: name,
  JOBS_TABLE: name,
  RESULTS_TABLE: name,
  ACCESS_TABLE: name,
  JOB_MACHINE_ARN: name,
});

/** Reads connections upstream that expire soon. */
export const connectionCheckEnv = z.object({ ...upstream, CONNECTIONS_TABLE: name }).refine(httpsOutsideDev, httpsRule);

export const publishEnv = z.object({ EVENTS_TABLE: name });

export type ApiEnv = z.input<typeof apiEnv>;
export type AuthorizerEnv = z.input<typeof authorizerEnv>;
export type TaskEnv = z.input<typeof taskEnv>;
export type WebhookEnv = z.input<typeof webhookEnv>;
export type EventEnv = z.input<typeof eventEnv>;
export type ConnectionCheckEnv = z.input<typeof connectionCheckEnv>;
export type PublishEnv = z.input<typeof publishEnv>;
