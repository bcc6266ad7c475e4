import type { Caller } from '../domain/merchant.ts';
import type { ApiKeyRepository, Clock } from '../ports.ts';
import { apiKeyHash, isApiKeyText } from './api-key-text.ts';

export interface Authenticate {
  readonly apiKeys: Pick<ApiKeyRepository, 'findByHash'>;
  readonly clock: Clock;
  readonly stage: string;
}

/**
 * Says whose key the header carries. Undefined for anything but a key that is known, not revoked and not expired.
 * @param authorization `Bearer ab_<stage>_<random>`
 */
export async function authenticate(deps: Authenticate, authorization: string | undefined): Promise<Caller | undefined> {
  const text = /^bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (text === undefined || !isApiKeyText(deps.stage, text)) return undefined;
  const key = await deps.apiKeys.findByHash(apiKeyHash(text));
  if (key === undefined || key.revokedAt !== null) return undefined;
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= deps.clock.now().getTime()) return undefined;
  return { merchantId: key.merchantId, keyId: key.id, scopes: key.scopes };
}
