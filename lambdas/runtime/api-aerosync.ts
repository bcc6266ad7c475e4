import { AerosyncClient } from '../adapters/aerosync/aerosync-client.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';

/** One client for all that a function asks Aerosync, so that one API token serves it. */
export const apiAerosync = once(() => {
  const { env, clock, secrets } = apiBase();
  return new AerosyncClient({
    baseUrl: new URL(env.AEROSYNC_BASE_URL),
    credentials: (merchantId, refused) => secrets.upstreamCredentials(merchantId, refused),
    clock,
  });
});
