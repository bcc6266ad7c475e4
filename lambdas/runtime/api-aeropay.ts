import { Aeropay } from '../adapters/aeropay/aeropay.ts';
import { apiBase } from './api-base.ts';
import { apiMerchantSettings } from './api-merchants.ts';
import { once } from './once.ts';
import { upstreamSettings } from './upstream-settings.ts';

/** One client for all that a function asks Aeropay: people, profiles, bank accounts and widget tokens. */
export const apiAeropay = once(() => {
  const { env, secrets } = apiBase();
  return new Aeropay(upstreamSettings(env.AEROPAY_BASE_URL, secrets), apiMerchantSettings());
});
