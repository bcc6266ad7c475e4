import { AppError } from '../domain/errors.ts';
import type { ApiKey, Scope } from '../domain/merchant.ts';
import type { ApiKeyRepository, Clock, Ids, MerchantRepository } from '../ports.ts';
import { apiKeyHash, apiKeyText } from './api-key-text.ts';

export interface IssueApiKey {
  readonly apiKeys: Pick<ApiKeyRepository, 'store'>;
  readonly merchants: Pick<MerchantRepository, 'find'>;
  readonly ids: Pick<Ids, 'apiKeyId' | 'secret'>;
  readonly clock: Clock;
  readonly stage: string;
}

export interface IssueApiKeyRequest {
  readonly merchantId: string;
  /** What the operators call it, e.g. the app that uses it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | undefined;
}

/**
 * Issues an API key for the operators. Its text is answered this once; only its hash is stored.
 * @throws AppError NotFound for an unknown merchant
 */
export async function issueApiKey(deps: IssueApiKey, request: IssueApiKeyRequest): Promise<{ key: ApiKey; text: string }> {
  if ((await deps.merchants.find(request.merchantId)) === undefined) throw new AppError('NotFound', 'there is no such merchant: register it first');
  const text = apiKeyText(deps.stage, deps.ids.secret());
  const key: ApiKey = {
    id: deps.ids.apiKeyId(),
    merchantId: request.merchantId,
    name: request.name,
    scopes: [...request.scopes],
    createdAt: deps.clock.now().toISOString(),
    expiresAt: request.expiresAt?.toISOString() ?? null,
    revokedAt: null,
  };
  await deps.apiKeys.store(apiKeyHash(text), key);
  return { key, text };
}
