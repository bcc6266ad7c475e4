import { merchantSecretsPrefix, type Stage } from '../config/stages.ts';

/** The part of the environment that every function which calls upstream shares. */
export function upstreamEnvironment(stage: Stage) {
  return {
    STAGE: stage.name,
    UPSTREAM_ENVIRONMENT: stage.upstream.environment,
    AEROPAY_BASE_URL: stage.upstream.aeropayBaseUrl,
    AEROSYNC_BASE_URL: stage.upstream.aerosyncBaseUrl,
    MERCHANT_SECRETS_PREFIX: merchantSecretsPrefix(stage),
    RESULT_DAYS: String(stage.resultDays),
  };
}
