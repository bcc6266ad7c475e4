import { AerosyncClient } from '../adapters/aerosync/aerosync-client.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';
import { upstreamSettings } from './upstream-settings.ts';

/** One client for all that a function asks Aerosync, so that one API token serves it. */
export const apiAerosync = once(() => {
  const { env, secrets } = apiBase();
  return new AerosyncClient(upstreamSettings(env.AEROSYNC_BASE_URL, secrets));
});
