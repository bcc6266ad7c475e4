import {
  CreateSecretCommand, GetSecretValueCommand, InvalidRequestException, PutSecretValueCommand, ResourceExistsException, ResourceNotFoundException,
  SecretsManagerClient, SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { SecretsManagerSecrets } from '../../lambdas/adapters/secrets/secrets-manager-secrets.ts';
import type { UpstreamCredentials, WebhookSecrets } from '../../lambdas/domain/merchant.ts';

const client = new SecretsManagerClient({ region: 'us-east-1' });
const manager = mockClient(client);
let nowMs: number;
let secrets: SecretsManagerSecrets;
beforeEach(() => {
  manager.reset();
  nowMs = Date.parse('2026-03-01T12:00:00Z');
  secrets = new SecretsManagerSecrets(client, { prefix: 'aerobridge/dev/merchants', deploymentKeyArn: 'arn:key', clock: { now: () => new Date(nowMs) } });
});

const failure = { $metadata: {}, message: 'no' };
const missing = new ResourceNotFoundException(failure);
const down = new SecretsManagerServiceException({ name: 'InternalServiceError', $fault: 'server', ...failure });
const upstream = (apiKey: string): UpstreamCredentials => ({ aeropay: { apiKey, apiSecret: 's', merchantId: '1' }, aerosync: { apiKey, apiSecret: 's' } });
const webhook = (current: string): WebhookSecrets => ({ current: current.padEnd(16, '.'), previous: null });
const upstreamName = 'aerobridge/dev/merchants/mer_a1/upstream';
const webhookName = 'aerobridge/dev/merchants/mer_a1/webhook';
const stored = (name: string, value: unknown) => manager.on(GetSecretValueCommand, { SecretId: name }).resolves({ SecretString: JSON.stringify(value) });
const reads = () => manager.commandCalls(GetSecretValueCommand).length;

describe('upstream credentials', () => {
  it('are read once, however many ask at the same time and later', async () => {
    stored(upstreamName, upstream('one'));
    const all = await Promise.all([secrets.upstreamCredentials('mer_a1'), secrets.upstreamCredentials('mer_a1')]);
    nowMs += 24 * 3_600_000;
    all.push(await secrets.upstreamCredentials('mer_a1'));
    expect(all).toEqual([upstream('one'), upstream('one'), upstream('one')]);
    expect(reads()).toBe(1);
  });

  it('are read again when they were refused, so that a rotation is seen', async () => {
    stored(upstreamName, upstream('one'));
    const refused = await secrets.upstreamCredentials('mer_a1');
    stored(upstreamName, upstream('two'));
    nowMs += 10_000;
    await expect(secrets.upstreamCredentials('mer_a1', refused)).resolves.toEqual(upstream('two'));
    await expect(secrets.upstreamCredentials('mer_a1')).resolves.toEqual(upstream('two'));
    expect(reads()).toBe(2);
  });

  it('are read again at most every ten seconds, however often they are refused', async () => {
    stored(upstreamName, upstream('one'));
    const refused = await secrets.upstreamCredentials('mer_a1');
    nowMs += 10_000;
    for (let second = 0; second < 10; second++) {
      await Promise.all([secrets.upstreamCredentials('mer_a1', refused), secrets.upstreamCredentials('mer_a1', refused)]);
      nowMs += 1000;
    }
    expect(reads()).toBe(2);
  });

  it('that are newer than the refused ones are handed out as they are', async () => {
    stored(upstreamName, upstream('two'));
    await secrets.upstreamCredentials('mer_a1');
    nowMs += 60_000;
    await expect(secrets.upstreamCredentials('mer_a1', upstream('one'))).resolves.toEqual(upstream('two'));
    expect(reads()).toBe(1);
  });

  it('are read anew after a failed read', async () => {
    manager.on(GetSecretValueCommand).rejectsOnce(down).resolves({ SecretString: JSON.stringify(upstream('one')) });
    await expect(secrets.upstreamCredentials('mer_a1')).rejects.toThrow();
    await expect(secrets.upstreamCredentials('mer_a1')).resolves.toEqual(upstream('one'));
  });

  it.each([
    ['are missing', () => manager.on(GetSecretValueCommand).rejects(missing), 'does not exist'],
    ['are no JSON', () => manager.on(GetSecretValueCommand).resolves({ SecretString: 'canary{' }), 'does not fit at (the whole text)'],
    ['lack a field', () => stored(upstreamName, { ...upstream('canary'), aerosync: {} }), 'does not fit at aerosync.apiKey, aerosync.apiSecret'],
  ])('that %s are named as rejected, without a value', async (_, arrange, words) => {
    arrange();
    const error: unknown = await secrets.upstreamCredentials('mer_a1').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CredentialsRejected' });
    expect(String(error)).toContain(`secret ${upstreamName} ${words}`);
    expect(String(error)).not.toContain('canary');
  });
});

describe('webhook secrets', () => {
  it('are read once a minute, so that a rotation is seen', async () => {
    stored(webhookName, webhook('one'));
    await secrets.webhookSecrets('mer_a1');
    stored(webhookName, webhook('two'));
    nowMs += 59_999;
    await expect(secrets.webhookSecrets('mer_a1')).resolves.toEqual(webhook('one'));
    nowMs += 1;
    await expect(secrets.webhookSecrets('mer_a1')).resolves.toEqual(webhook('two'));
  });

  it.each([missing, new InvalidRequestException(failure)])('of an unknown or deleted merchant are none, at one read per half minute: $name', async (error) => {
    manager.on(GetSecretValueCommand).rejects(error);
    for (let second = 0; second < 60; second++) {
      await expect(secrets.webhookSecrets('mer_a1')).resolves.toBeUndefined();
      nowMs += 1000;
    }
    expect(reads()).toBe(2);
  });

  it('of a known merchant stay known while strangers invent thousands of ids', async () => {
    manager.on(GetSecretValueCommand).rejects(missing);
    stored(webhookName, webhook('one'));
    await secrets.webhookSecrets('mer_a1');
    for (let place = 0; place < 3000; place++) await secrets.webhookSecrets(`mer_invented${place}`);
    const before = reads();
    await expect(secrets.webhookSecrets('mer_a1')).resolves.toEqual(webhook('one'));
    expect(reads()).toBe(before);
  });

  it.each(['', 'mer_', 'mer_a1/../b', 'mer_a1/upstream', 'MER_a1', 'usr_a1', `mer_${'a'.repeat(65)}`, 'mer_a1\n'])('of %j are none, and no secret is asked for', async (merchantId) => {
    await expect(secrets.webhookSecrets(merchantId)).resolves.toBeUndefined();
    expect(reads()).toBe(0);
  });

  it.each(['ResourceNotFoundException', 'AccessDeniedException'])('of an unknown merchant are undefined when AWS says %s, as it does by the role', async (name) => {
    manager.on(GetSecretValueCommand).rejects(name === 'ResourceNotFoundException' ? missing : new SecretsManagerServiceException({ name, $fault: 'client', ...failure }));
    await expect(secrets.webhookSecrets('mer_unknown')).resolves.toBeUndefined();
  });

  it('that cannot be read just now are an error, not an unknown merchant', async () => {
    manager.on(GetSecretValueCommand).rejectsOnce(down).resolves({ SecretString: JSON.stringify(webhook('one')) });
    await expect(secrets.webhookSecrets('mer_a1')).rejects.toThrow();
    await expect(secrets.webhookSecrets('mer_a1')).resolves.toEqual(webhook('one'));
  });
});

describe("storing a merchant's secrets", () => {
  const put = () => manager.commandCalls(PutSecretValueCommand).map(({ args }) => args[0].input);

  it('makes both when there are none', async () => {
    manager.on(PutSecretValueCommand).rejects(missing).on(CreateSecretCommand).resolves({});
    await secrets.storeMerchantSecrets('mer_a1', upstream('one'), webhook('one'));
    expect(manager.commandCalls(CreateSecretCommand).map(({ args }) => args[0].input)).toEqual([
      { Name: upstreamName, SecretString: JSON.stringify(upstream('one')) },
      { Name: webhookName, SecretString: JSON.stringify(webhook('one')) },
    ]);
  });

  it('updates what is there, and is seen at once', async () => {
    manager.on(GetSecretValueCommand).rejects(missing).on(PutSecretValueCommand).resolves({});
    await secrets.webhookSecrets('mer_a1');
    await secrets.storeMerchantSecrets('mer_a1', upstream('one'), webhook('one'));
    expect(put().map(({ SecretId }) => SecretId)).toEqual([upstreamName, webhookName]);
    stored(webhookName, webhook('one'));
    await expect(secrets.webhookSecrets('mer_a1')).resolves.toEqual(webhook('one'));
  });

  it('updates what somebody else has just made', async () => {
    manager.on(PutSecretValueCommand).rejectsOnce(missing).resolves({}).on(CreateSecretCommand).rejects(new ResourceExistsException(failure));
    await secrets.storeMerchantSecrets('mer_a1', upstream('one'), webhook('one'));
    expect(put().map(({ SecretId }) => SecretId)).toEqual([upstreamName, upstreamName, webhookName]);
  });

  it('refuses an id that must not name a secret', async () => {
    await expect(secrets.storeMerchantSecrets('mer_a1/../b', upstream('one'), webhook('one'))).rejects.toMatchObject({ code: 'Internal' });
    expect(manager.calls()).toHaveLength(0);
  });
});

describe('the deployment key', () => {
  const key = 'k'.repeat(64);

  it('is read once, and again only after a failed read', async () => {
    manager.on(GetSecretValueCommand, { SecretId: 'arn:key' }).rejectsOnce(down).resolves({ SecretString: key });
    await expect(secrets.deploymentKey()).rejects.toThrow();
    await expect(Promise.all([secrets.deploymentKey(), secrets.deploymentKey()])).resolves.toEqual([key, key]);
    await secrets.deploymentKey();
    expect(reads()).toBe(2);
  });

  it.each([['missing', () => manager.on(GetSecretValueCommand).rejects(missing)], ['short', () => manager.on(GetSecretValueCommand).resolves({ SecretString: 'canary' })]])(
    'that is %s is refused, not used',
    async (_, arrange) => {
      arrange();
      await expect(secrets.deploymentKey()).rejects.toThrow(/missing or shorter than 32 characters; deploy/);
    },
  );

  it('is not there for a function that was not given it', async () => {
    const without = new SecretsManagerSecrets(client, { prefix: 'p', clock: { now: () => new Date(nowMs) } });
    await expect(without.deploymentKey()).rejects.toThrow('DEPLOYMENT_KEY_SECRET_ARN');
  });
});
