import { isDeepStrictEqual } from 'node:util';
import { CreateSecretCommand, PutSecretValueCommand, ResourceExistsException, ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AppError } from '../../domain/errors.ts';
import { upstreamCredentials, webhookSecrets, type UpstreamCredentials, type WebhookSecrets } from '../../domain/merchant.ts';
import type { Clock, Secrets } from '../../ports.ts';
import { BoundedMap } from './bounded-map.ts';
import { parseSecret, readSecretText } from './secret-reader.ts';

export interface SecretsSettings {
  /** `<prefix>/<merchantId>/upstream` and `<prefix>/<merchantId>/webhook` are a merchant's two secrets. */
  readonly prefix: string;
  /** Of the secret whose text is the deployment's key; left out where a function has no use for it. */
  readonly deploymentKeyArn?: string | undefined;
  readonly clock: Clock;
}

/** How often a merchant's refused credentials are read again at most (architecture, "Tenancy and access"). */
const rereadEveryMs = 10_000;
/** A rotated signing secret is seen after this time; the previous one stays valid for far longer. */
const webhookSecretsMs = 60_000;
/** An id that does not exist costs one read in this time, however often a stranger sends it. */
const unknownMerchantMs = 30_000;
/** Entries per cache: more merchants than a deployment has, and little memory. */
const cacheLimit = 1000;

/** What may become part of a secret's name: the id of a merchant comes from a URL, too. */
const merchantIdShape = /^mer_[A-Za-z0-9]{1,64}$/;

interface Read<T> {
  readonly at: number;
  readonly value: T;
}

export class SecretsManagerSecrets implements Secrets {
  readonly #client: SecretsManagerClient;
  readonly #settings: SecretsSettings;
  readonly #credentials = new BoundedMap<Read<Promise<UpstreamCredentials>>>(cacheLimit);
  readonly #webhooks = new BoundedMap<Read<WebhookSecrets>>(cacheLimit);
  /** Apart from the known ones, so that invented ids push no real merchant out. */
  readonly #unknown = new BoundedMap<Read<undefined>>(cacheLimit);
  #deploymentKey: Promise<string> | undefined;

  constructor(client: SecretsManagerClient, settings: SecretsSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** @throws AppError CredentialsRejected when the merchant has none, or none that fit */
  async upstreamCredentials(merchantId: string, refused?: UpstreamCredentials): Promise<UpstreamCredentials> {
    const cached = this.#credentials.get(merchantId);
    if (cached === undefined) return this.#readCredentials(merchantId);
    const known = await cached.value;
    const rereadDue = this.#settings.clock.now().getTime() - cached.at >= rereadEveryMs;
    // Whoever was refused with older ones gets what was read since.
    if (refused === undefined || !rereadDue || !isDeepStrictEqual(known, refused)) return known;
    const newest = this.#credentials.get(merchantId);
    return newest === undefined || newest === cached ? this.#readCredentials(merchantId) : newest.value;
  }

  async webhookSecrets(merchantId: string): Promise<WebhookSecrets | undefined> {
    if (!merchantIdShape.test(merchantId)) return undefined;
    const now = this.#settings.clock.now().getTime();
    const known = this.#webhooks.get(merchantId);
    if (known !== undefined && now - known.at < webhookSecretsMs) return known.value;
    const unknown = this.#unknown.get(merchantId);
    if (unknown !== undefined && now - unknown.at < unknownMerchantMs) return undefined;
    const name = this.#name(merchantId, 'webhook');
    const text = await readSecretText(this.#client, name);
    if (text === undefined) {
      this.#webhooks.delete(merchantId);
      this.#unknown.set(merchantId, { at: now, value: undefined });
      return undefined;
    }
    const value = parseSecret(name, webhookSecrets, text, 'Internal');
    this.#webhooks.set(merchantId, { at: now, value });
    return value;
  }

  async storeMerchantSecrets(merchantId: string, credentials: UpstreamCredentials, webhook: WebhookSecrets): Promise<void> {
    await this.#write(this.#name(merchantId, 'upstream'), JSON.stringify(credentials));
    await this.#write(this.#name(merchantId, 'webhook'), JSON.stringify(webhook));
    this.#credentials.delete(merchantId);
    this.#webhooks.delete(merchantId);
    this.#unknown.delete(merchantId);
  }

  /** Never changes while the deployment lives: rows of users are found by hashes that it keys. */
  async deploymentKey(): Promise<string> {
    this.#deploymentKey ??= this.#readDeploymentKey();
    try {
      return await this.#deploymentKey;
    } catch (error) {
      this.#deploymentKey = undefined;
      throw error;
    }
  }

  #readCredentials(merchantId: string): Promise<UpstreamCredentials> {
    const read = { at: this.#settings.clock.now().getTime(), value: this.#fetchCredentials(merchantId) };
    this.#credentials.set(merchantId, read);
    // A read that failed is no knowledge; the one who asked gets its error from the promise itself.
    read.value.catch(() => {
      if (this.#credentials.get(merchantId) === read) this.#credentials.delete(merchantId);
    });
    return read.value;
  }

  async #fetchCredentials(merchantId: string): Promise<UpstreamCredentials> {
    const name = this.#name(merchantId, 'upstream');
    const text = await readSecretText(this.#client, name);
    if (text === undefined) throw new AppError('CredentialsRejected', `secret ${name} does not exist; store the merchant's secrets`);
    return parseSecret(name, upstreamCredentials, text, 'CredentialsRejected');
  }

  async #readDeploymentKey(): Promise<string> {
    const { deploymentKeyArn } = this.#settings;
    if (deploymentKeyArn === undefined) throw new AppError('Internal', 'this function was not given the deployment key; set DEPLOYMENT_KEY_SECRET_ARN and grant it');
    const text = await readSecretText(this.#client, deploymentKeyArn);
    if (text === undefined || text.length < 32) throw new AppError('Internal', 'the secret of the deployment key is missing or shorter than 32 characters; deploy the data stack again');
    return text;
  }

  async #write(name: string, text: string): Promise<void> {
    try {
      await this.#client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      await this.#create(name, text);
    }
  }

  async #create(name: string, text: string): Promise<void> {
    try {
      await this.#client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    } catch (error) {
      if (!(error instanceof ResourceExistsException)) throw error;
      await this.#client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }));
    }
  }

  #name(merchantId: string, kind: 'upstream' | 'webhook'): string {
    if (!merchantIdShape.test(merchantId)) throw new AppError('Internal', 'a merchant id must be mer_ and letters or digits before it may name a secret');
    return `${this.#settings.prefix}/${merchantId}/${kind}`;
  }
}
