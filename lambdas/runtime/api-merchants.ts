import { CachedMerchantSettings } from '../adapters/dynamodb/cached-merchant-settings.ts';
import { DynamoMerchantRepository } from '../adapters/dynamodb/merchant-repository.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';

export const apiMerchants = once(() => {
  const { env, db } = apiBase();
  return new DynamoMerchantRepository(env.ACCESS_TABLE, db);
});

/** For whatever speaks to upstream: what each merchant chose there. */
export const apiMerchantSettings = once(() => new CachedMerchantSettings(apiMerchants(), apiBase().clock));
