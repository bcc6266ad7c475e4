import { upstreamChoices, type Merchant, type SaidUpstreamChoices, type UpstreamCredentials } from '../domain/merchant.ts';
import type { Clock, Ids, MerchantRepository, Secrets } from '../ports.ts';

export interface RegisterMerchant {
  readonly merchants: Pick<MerchantRepository, 'store'>;
  readonly secrets: Pick<Secrets, 'storeMerchantSecrets'>;
  readonly ids: Pick<Ids, 'merchant' | 'secret'>;
  readonly clock: Clock;
}

export interface RegisterMerchantRequest {
  readonly name: string;
  readonly configurationId?: string | undefined;
  readonly deeplinks: readonly string[];
  readonly credentials: UpstreamCredentials;
  /** Which of upstream's alternatives the merchant uses; the usual ones where nothing is said. */
  readonly upstreamChoices?: SaidUpstreamChoices | undefined;
  /** The signing secret that upstream has already; a new one is drawn otherwise. */
  readonly webhookSecret?: string | undefined;
}

/**
 * Registers a merchant for the operators: both secrets first, so that a stored merchant is never without them.
 * @returns the webhook's signing secret too, which upstream's subscription needs
 */
export async function registerMerchant(deps: RegisterMerchant, request: RegisterMerchantRequest): Promise<{ merchant: Merchant; webhookSecret: string }> {
  const merchant: Merchant = {
    ...upstreamChoices.parse(request.upstreamChoices ?? {}),
    id: deps.ids.merchant(),
    name: request.name,
    configurationId: request.configurationId ?? null,
    deeplinks: [...request.deeplinks],
    createdAt: deps.clock.now().toISOString(),
  };
  const webhookSecret = request.webhookSecret ?? deps.ids.secret();
  await deps.secrets.storeMerchantSecrets(merchant.id, request.credentials, { current: webhookSecret, previous: null });
  await deps.merchants.store(merchant);
  return { merchant, webhookSecret };
}
