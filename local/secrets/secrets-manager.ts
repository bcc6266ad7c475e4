import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { firstIssue } from '../assembly/first-issue.ts';
import type { Clock } from '../states/clock.ts';
import { ServiceError } from '../states/service-error.ts';
import type { SecretDefinition } from './secret-properties.ts';
import { createSecretStore, newSecret, putVersion, secretArn, stagesOf, type Secret, type SecretVersion } from './secret-store.ts';

export interface SecretsManager {
  /** Carries out one operation of the API on its parsed request and gives the reply's body; throws a ServiceError. */
  handle(operation: string, input: unknown): unknown;
  close(): void;
}

export interface SecretsManagerSettings {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly definitions: readonly SecretDefinition[];
  /** Keeps secrets from one process to the next; all is forgotten when absent. */
  readonly journalFile?: string | undefined;
}

const value = { SecretString: z.string().optional(), SecretBinary: z.string().optional() };
const token = z.string().min(32).max(64).optional();
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();
/** Secrets Manager: versions with their labels, look-up by name and ARN. What is not among `operations` is refused. */
export function createSecretsManager({ clock, region, accountId, definitions, journalFile }: SecretsManagerSettings): SecretsManager {
  const store = createSecretStore(journalFile);
  for (const { name, arn, description, secretString } of definitions) {
    if (store.find(arn) !== undefined) continue; // as a second deployment leaves alone what has a value
    const secret = newSecret(name, arn, clock.now());
    secret.description = description;
    putVersion(secret, { id: randomUUID(), string: secretString, createdAt: clock.now() });
    store.put(secret);
  }

  /** A secret that is marked for deletion answers nothing but its description. */
  const find = (secretId: string): Secret => {
    const secret = store.find(secretId);
    if (secret === undefined) throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const usable = (secretId: string): Secret => {
    const secret = find(secretId);
    if (secret.deletedAt !== undefined) throw new ServiceError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
    return secret;
  };

  /** A token that was used before repeats that call, if it says the same. */
  const addVersion = (secret: Secret, given: { SecretString?: string | undefined; SecretBinary?: string | undefined; ClientRequestToken?: string | undefined }, stages?: readonly string[]): SecretVersion | undefined => {
    const { SecretString: string, SecretBinary: binary, ClientRequestToken: id = randomUUID() } = given;
    if (string !== undefined && binary !== undefined) throw new ServiceError('InvalidParameterException', 'You can\'t specify both SecretString and SecretBinary.');
    if (string === undefined && binary === undefined) return undefined;
    const version: SecretVersion = { id, createdAt: clock.now(), ...(string !== undefined && { string }), ...(binary !== undefined && { binary }) };
    const known = secret.versions.get(id);
    if (known === undefined) putVersion(secret, version, stages);
    else if (!isDeepStrictEqual({ ...known, createdAt: 0 }, { ...version, createdAt: 0 })) throw new ServiceError('ResourceExistsException', 'A resource with the ID you requested already exists.');
    return version;
  };

  const operations: Readonly<Record<string, (input: unknown) => unknown>> = {
    GetSecretValue: on({ SecretId: z.string(), VersionId: z.string().optional(), VersionStage: z.string().optional() }, ({ SecretId, VersionId, VersionStage }) => {
      const secret = usable(SecretId);
      const id = VersionId ?? secret.stages.get(VersionStage ?? 'AWSCURRENT');
      const version = id === undefined ? undefined : secret.versions.get(id);
      const contradicted = VersionId !== undefined && VersionStage !== undefined && secret.stages.get(VersionStage) !== VersionId;
      if (version === undefined || contradicted) {
        const which = VersionId === undefined ? `staging label: ${VersionStage ?? 'AWSCURRENT'}` : `VersionId: ${VersionId}`;
        throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${which}`);
      }
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, SecretString: version.string, SecretBinary: version.binary, VersionStages: stagesOf(secret, version.id), CreatedDate: version.createdAt / 1_000 };
    }),
    PutSecretValue: on({ SecretId: z.string(), ClientRequestToken: token, VersionStages: z.array(z.string()).min(1).optional(), ...value }, ({ SecretId, VersionStages, ...given }) => {
      const secret = usable(SecretId);
      const version = addVersion(secret, given, VersionStages);
      if (version === undefined) throw new ServiceError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
      store.put(secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: stagesOf(secret, version.id) };
    }),
    CreateSecret: on({ Name: z.string().regex(/^[\w/+=.@-]{1,512}$/), ClientRequestToken: token, Description: z.string().optional(), KmsKeyId: z.string().optional(), Tags: tags, ...value }, ({ Name, Description, KmsKeyId, Tags, ...given }) => {
      const known = store.find(Name);
      if (known?.deletedAt !== undefined) throw new ServiceError('InvalidRequestException', "You can't create this secret because a secret with this name is already scheduled for deletion.");
      if (known !== undefined && (given.ClientRequestToken === undefined || !known.versions.has(given.ClientRequestToken))) throw new ServiceError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
      const secret = known ?? newSecret(Name, secretArn(Name, region, accountId), clock.now());
      const version = addVersion(secret, given);
      secret.description = Description;
      secret.kmsKeyId = KmsKeyId;
      secret.tags = Tags ?? [];
      store.put(secret);
      return { ARN: secret.arn, Name, VersionId: version?.id };
    }),
    UpdateSecret: on({ SecretId: z.string(), ClientRequestToken: token, Description: z.string().optional(), KmsKeyId: z.string().optional(), ...value }, ({ SecretId, Description, KmsKeyId, ...given }) => {
      const secret = usable(SecretId);
      secret.description = Description ?? secret.description;
      secret.kmsKeyId = KmsKeyId ?? secret.kmsKeyId;
      secret.changedAt = clock.now();
      const version = addVersion(secret, given);
      store.put(secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
    }),
    DescribeSecret: on({ SecretId: z.string() }, ({ SecretId }) => described(find(SecretId))),
    DeleteSecret: on({ SecretId: z.string(), ForceDeleteWithoutRecovery: z.boolean().optional(), RecoveryWindowInDays: z.number().int().min(7).max(30).optional() }, ({ SecretId, ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days }) => {
      if (force === true && days !== undefined) throw new ServiceError('InvalidParameterException', "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      const secret = force === true ? find(SecretId) : usable(SecretId);
      secret.deletedAt = clock.now();
      if (force === true) store.remove(secret);
      else store.put(secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: (secret.deletedAt + (force === true ? 0 : (days ?? 30) * 86_400_000)) / 1_000 };
    }),
    ListSecrets: on({ MaxResults: z.number().int().min(1).max(100).default(100), NextToken: z.string().optional(), Filters: z.array(z.strictObject({ Key: z.literal('name'), Values: z.array(z.string()) })).default([]) }, ({ MaxResults, NextToken, Filters }) => {
      const shown = store.all().filter((secret) => secret.deletedAt === undefined && Filters.every(({ Values }) => Values.some((prefix) => secret.name.startsWith(prefix))));
      const from = Number(NextToken ?? 0);
      return { SecretList: shown.slice(from, from + MaxResults).map(listed), ...(from + MaxResults < shown.length && { NextToken: String(from + MaxResults) }) };
    }),
  };

  return {
    handle: (operation, input) => {
      const carryOut = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (carryOut === undefined) throw new ServiceError('UnknownOperationException', `The local cloud does not imitate ${operation} of Secrets Manager.`);
      return carryOut(input);
    },
    close: () => store.close(),
  };
}

/** Parses the request before the operation sees it. Strict: a field that is not imitated must not be ignored in silence. */
function on<S extends z.ZodRawShape>(shape: S, carryOut: (input: z.output<z.ZodObject<S, z.core.$strict>>) => unknown): (input: unknown) => unknown {
  const schema = z.strictObject(shape);
  return (input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return carryOut(parsed.data);
    throw new ServiceError('ValidationException', `The request does not fit: ${firstIssue(parsed.error)}`);
  };
}

function listed(secret: Secret): unknown {
  const { VersionIdsToStages, ...rest } = described(secret);
  return { ...rest, SecretVersionsToStages: VersionIdsToStages };
}

function described(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    Tags: secret.tags,
    CreatedDate: secret.createdAt / 1_000,
    LastChangedDate: secret.changedAt / 1_000,
    DeletedDate: secret.deletedAt === undefined ? undefined : secret.deletedAt / 1_000,
    VersionIdsToStages: Object.fromEntries([...secret.versions.keys()].map((id) => [id, stagesOf(secret, id)])),
  };
}
