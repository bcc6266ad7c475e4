import { isDeepStrictEqual } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { documentClient } from '../lambdas/adapters/dynamodb/document-client.ts';
import { DynamoApiKeyRepository } from '../lambdas/adapters/dynamodb/api-key-repository.ts';
import { DynamoMerchantRepository } from '../lambdas/adapters/dynamodb/merchant-repository.ts';
import { RandomIds } from '../lambdas/adapters/ids/random-ids.ts';
import { SecretsManagerSecrets } from '../lambdas/adapters/secrets/secrets-manager-secrets.ts';
import { scopes, type Scope, type UpstreamChoices, type UpstreamCredentials } from '../lambdas/domain/merchant.ts';
import type { MerchantRepository, Secrets } from '../lambdas/ports.ts';
import { systemClock } from '../lambdas/runtime/system-clock.ts';
import { issueApiKey } from '../lambdas/usecases/issue-api-key.ts';
import { registerMerchant } from '../lambdas/usecases/register-merchant.ts';
import type { LocalCloud } from '../local/local-cloud.ts';
import { LocalCloudError } from '../local/local-cloud-error.ts';
import type { PerMerchant } from './local-credentials.ts';

const seededMerchant = z.strictObject({ merchantId: z.string(), apiKey: z.string(), webhookSecret: z.string() });

export const seeded = z.strictObject({
  merchant: seededMerchant.extend({ noScopeKey: z.string() }),
  otherMerchant: seededMerchant,
  /** On Aeropay v1.1, and takes payments: its widget tokens come through Aeropay. */
  olderMerchant: seededMerchant,
});
export type Seeded = Readonly<z.infer<typeof seeded>>;
export type SeededMerchant = Readonly<z.infer<typeof seededMerchant>>;

/** Deep links that the local merchants' mobile apps may be returned to. */
const deeplinks = ['aerobridge-demo://bank-linked'];

/**
 * Registers three merchants and their API keys, by the operators' own use cases, in a local cloud that has just booted.
 * @param kept those that an earlier start registered in the same tables; they stay as they are, with the credentials of this start
 */
export async function seedMerchants(cloud: LocalCloud, credentials: PerMerchant<UpstreamCredentials>, kept?: Seeded): Promise<Seeded> {
  const config = { endpoint: cloud.endpointUrl, region: cloud.region, credentials: cloud.adminCredentials };
  const db = documentClient(config);
  const secretsManager = new SecretsManagerClient(config);
  const ids = new RandomIds();
  const merchants = new DynamoMerchantRepository(output(cloud, 'AccessTable'), db);
  const apiKeys = new DynamoApiKeyRepository(output(cloud, 'AccessTable'), db);
  const secrets = new SecretsManagerSecrets(secretsManager, { prefix: output(cloud, 'MerchantSecretsPrefix'), clock: systemClock });
  const deps = { merchants, apiKeys, secrets, ids, clock: systemClock, stage: 'dev' };

  const keyFor = async (merchantId: string, name: string, granted: readonly Scope[]) => (await issueApiKey(deps, { merchantId, name, scopes: granted })).text;
  const seed = async (name: string, upstream: UpstreamCredentials, upstreamChoices?: Partial<UpstreamChoices>): Promise<SeededMerchant> => {
    const { merchant, webhookSecret } = await registerMerchant(deps, { name, deeplinks, credentials: upstream, upstreamChoices });
    return { merchantId: merchant.id, webhookSecret, apiKey: await keyFor(merchant.id, `${name}, every scope`, scopes) };
  };
  try {
    if (kept !== undefined) {
      return {
        merchant: await takeUp(deps, kept.merchant, credentials.merchant),
        otherMerchant: await takeUp(deps, kept.otherMerchant, credentials.otherMerchant),
        olderMerchant: await takeUp(deps, kept.olderMerchant, credentials.olderMerchant),
      };
    }
    const merchant = await seed('Local merchant', credentials.merchant);
    const otherMerchant = await seed('Other local merchant', credentials.otherMerchant);
    const olderMerchant = await seed('Older local merchant', credentials.olderMerchant, { aeropayApi: 'v1.1', widgetTokens: 'aeropay' });
    const noScopeKey = await keyFor(merchant.merchantId, 'Local merchant, no scope', []);
    return { merchant: { ...merchant, noScopeKey }, otherMerchant, olderMerchant };
  } finally {
    db.destroy();
    secretsManager.destroy();
  }
}

/** The webhook's secret may have been rotated since. @throws LocalCloudError when tables and secrets do not know the merchant */
async function takeUp<M extends SeededMerchant>({ merchants, secrets }: { merchants: Pick<MerchantRepository, 'find'>; secrets: Secrets }, kept: M, credentials: UpstreamCredentials): Promise<M> {
  const { merchantId } = kept;
  const [merchant, webhook] = await Promise.all([merchants.find(merchantId), secrets.webhookSecrets(merchantId)]);
  if (merchant === undefined || webhook === undefined) throw new LocalCloudError(`The tables do not have the merchant ${merchantId} of the data folder: start with the DynamoDB of the first start, or with another folder.`);
  if (!isDeepStrictEqual(await secrets.upstreamCredentials(merchantId), credentials)) await secrets.storeMerchantSecrets(merchantId, credentials, webhook);
  return { ...kept, webhookSecret: webhook.current };
}

/** @throws Error when the assembly has no such output */
export function output(cloud: LocalCloud, name: string): string {
  const value = cloud.outputs[name];
  if (value === undefined) throw new Error(`The assembly has no output ${name}: run npm run synth again.`);
  return value;
}
