import { CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand, RotateSecretCommand, SecretsManagerClient, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateSecretString, generateSecretStringSchema } from '../../local/secrets/generate-secret-string.ts';
import { bootForFile, changed } from './fixture/boot-shop.ts';

const running = bootForFile(
  changed(
    {
      Plain: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'shop/plain', Description: 'as it stands', SecretString: 'open sesame' } },
      Templated: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { SecretStringTemplate: '{"user":"shop"}', GenerateStringKey: 'password', PasswordLength: 20 } } },
    },
    'Data',
  ),
);
let secrets: SecretsManagerClient;
beforeAll(() => {
  secrets = new SecretsManagerClient({ endpoint: running.cloud.endpointUrl, region: 'us-east-1', credentials: running.cloud.adminCredentials });
});
const read = async (SecretId: string, more: { VersionStage?: string; VersionId?: string } = {}) => secrets.send(new GetSecretValueCommand({ SecretId, ...more }));

describe('the secrets of the template', () => {
  it('are there with the values it gives or asks for', async () => {
    expect((await read('shop/plain')).SecretString).toBe('open sesame');
    expect((await read('shop/hmac')).SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
    const templated = JSON.parse((await read(running.cloud.secrets['Templated'] ?? '')).SecretString ?? '') as Record<string, string>;
    expect(templated['user']).toBe('shop');
    expect(templated['password']).toHaveLength(20);
  });

  it('are found by name, by ARN and by an ARN without its tail', async () => {
    const arn = running.cloud.secrets['Plain'] ?? '';
    for (const id of ['shop/plain', arn, arn.slice(0, -7)]) expect(await read(id)).toMatchObject({ ARN: arn, Name: 'shop/plain', VersionStages: ['AWSCURRENT'] });
    await expect(read(arn.slice(0, -1))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a secret', () => {
  it('is created, read, described and listed', async () => {
    const made = await secrets.send(new CreateSecretCommand({ Name: 'made/one', Description: 'mine', SecretString: 'v1', Tags: [{ Key: 'a', Value: 'b' }] }));
    expect(made.ARN).toMatch(/:secret:made\/one-[A-Za-z0-9]{6}$/);
    expect(await read('made/one')).toMatchObject({ SecretString: 'v1', VersionId: made.VersionId, CreatedDate: expect.any(Date) as unknown });
    expect(await secrets.send(new DescribeSecretCommand({ SecretId: 'made/one' }))).toMatchObject({ Description: 'mine', Tags: [{ Key: 'a', Value: 'b' }], VersionIdsToStages: { [made.VersionId ?? '']: ['AWSCURRENT'] } });
    const { SecretList } = await secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['made/'] }] }));
    expect(SecretList?.map(({ Name }) => Name)).toEqual(['made/one']);
  });

  it('keeps the value before this one under AWSPREVIOUS', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'made/two', SecretString: 'v1' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'made/two', SecretString: 'v2' }));
    expect([(await read('made/two')).SecretString, (await read('made/two', { VersionStage: 'AWSPREVIOUS' })).SecretString]).toEqual(['v2', 'v1']);
    await secrets.send(new UpdateSecretCommand({ SecretId: 'made/two', SecretString: 'v3' }));
    expect([(await read('made/two')).SecretString, (await read('made/two', { VersionStage: 'AWSPREVIOUS' })).SecretString]).toEqual(['v3', 'v2']);
  });

  it('takes a value under a label of its own without making it current', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'made/three', SecretString: 'v1' }));
    const pending = await secrets.send(new PutSecretValueCommand({ SecretId: 'made/three', SecretString: 'v2', VersionStages: ['AWSPENDING'] }));
    expect((await read('made/three')).SecretString).toBe('v1');
    expect((await read('made/three', { VersionStage: 'AWSPENDING' })).SecretString).toBe('v2');
    expect((await read('made/three', pending.VersionId === undefined ? {} : { VersionId: pending.VersionId })).SecretString).toBe('v2');
  });

  it('takes the same call twice and refuses another one under the same token', async () => {
    const ClientRequestToken = 'a'.repeat(32);
    await secrets.send(new CreateSecretCommand({ Name: 'made/four', SecretString: 'v1' }));
    const put = () => secrets.send(new PutSecretValueCommand({ SecretId: 'made/four', SecretString: 'v2', ClientRequestToken }));
    await put();
    await put();
    expect((await read('made/four', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('v1');
    await expect(secrets.send(new PutSecretValueCommand({ SecretId: 'made/four', SecretString: 'v3', ClientRequestToken }))).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('may be bytes', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'made/five', SecretBinary: Buffer.from([1, 2, 255]) }));
    expect((await read('made/five')).SecretBinary).toEqual(new Uint8Array([1, 2, 255]));
  });

  it('is gone after it was deleted, at once or marked', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'made/six', SecretString: 'v1' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: 'made/six' }));
    await expect(read('made/six')).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(secrets.send(new CreateSecretCommand({ Name: 'made/six', SecretString: 'v2' }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await secrets.send(new DeleteSecretCommand({ SecretId: 'made/six', ForceDeleteWithoutRecovery: true }));
    await expect(read('made/six')).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." });
    await secrets.send(new CreateSecretCommand({ Name: 'made/six', SecretString: 'v3' }));
    expect((await read('made/six')).SecretString).toBe('v3');
  });

  it.each([
    ['does not exist', () => read('nobody'), 'ResourceNotFoundException'],
    ['has no such label', () => read('shop/plain', { VersionStage: 'AWSPENDING' }), 'ResourceNotFoundException'],
    ['has its name already', () => secrets.send(new CreateSecretCommand({ Name: 'shop/plain', SecretString: 'x' })), 'ResourceExistsException'],
    ['gets no value', () => secrets.send(new PutSecretValueCommand({ SecretId: 'shop/plain' })), 'InvalidParameterException'],
    ['gets two values', () => secrets.send(new PutSecretValueCommand({ SecretId: 'shop/plain', SecretString: 'x', SecretBinary: Buffer.from('x') })), 'InvalidParameterException'],
    ['gets what is not imitated', () => secrets.send(new CreateSecretCommand({ Name: 'made/seven', SecretString: 'x', AddReplicaRegions: [{ Region: 'eu-west-1' }] })), 'ValidationException'],
    ['is to be rotated, which is not imitated', () => secrets.send(new RotateSecretCommand({ SecretId: 'shop/plain' })), 'UnknownOperationException'],
  ])('that %s is refused as AWS does', async (_what, call, name) => {
    await expect(call()).rejects.toMatchObject({ name });
  });
});

describe('a generated secret', () => {
  const generate = (wanted: Record<string, unknown>) => generateSecretString(generateSecretStringSchema.parse(wanted));

  it('has one character of each kind that is included, and none that is excluded', () => {
    for (let round = 0; round < 50; round += 1) {
      const text = generate({ PasswordLength: 8, ExcludeCharacters: '"@/\\' });
      expect(text).toHaveLength(8);
      expect(text).toMatch(/[a-z]/);
      expect(text).toMatch(/[A-Z]/);
      expect(text).toMatch(/\d/);
      expect(text).toMatch(/[^A-Za-z\d]/);
      expect(text).not.toMatch(/["@/\\]/);
    }
  });

  it('differs every time and has 32 characters by default', () => {
    const texts = Array.from({ length: 20 }, () => generate({}));
    expect(new Set(texts).size).toBe(20);
    expect(texts.every((text) => text.length === 32)).toBe(true);
  });

  it('may be digits alone', () => {
    expect(generate({ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, PasswordLength: 12 })).toMatch(/^\d{12}$/);
  });
});
