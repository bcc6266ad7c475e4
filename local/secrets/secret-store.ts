import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { openJournal } from '../store/journal.ts';

/** A version of a secret; one of the two values is set. `binary` is base64. */
export interface SecretVersion {
  readonly id: string;
  readonly string?: string | undefined;
  readonly binary?: string | undefined;
  readonly createdAt: number;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  description: string | undefined;
  kmsKeyId: string | undefined;
  tags: readonly { Key: string; Value: string }[];
  changedAt: number;
  /** Milliseconds since the epoch at which it was marked for deletion. */
  deletedAt: number | undefined;
  readonly versions: Map<string, SecretVersion>;
  /** Staging label to version id; a label is on one version at a time. */
  readonly stages: Map<string, string>;
}

/** All secrets, in memory and, where there is a journal, in it too. */
export interface SecretStore {
  /** Adds a secret, or keeps what has changed about it. */
  put(secret: Secret): void;
  remove(secret: Secret): void;
  /** By name, by full ARN, or by an ARN without the six characters that AWS adds. */
  find(secretId: string): Secret | undefined;
  all(): readonly Secret[];
  close(): void;
}

const tag = z.strictObject({ Key: z.string(), Value: z.string() });
const secretRow = z
  .strictObject({
    name: z.string(),
    arn: z.string(),
    createdAt: z.number(),
    description: z.string().optional(),
    kmsKeyId: z.string().optional(),
    tags: z.array(tag),
    changedAt: z.number(),
    deletedAt: z.number().optional(),
    versions: z.array(z.strictObject({ id: z.string(), string: z.string().optional(), binary: z.string().optional(), createdAt: z.number() })),
    stages: z.array(z.tuple([z.string(), z.string()])),
  })
  .transform(({ description, kmsKeyId, deletedAt, versions, stages, ...rest }): Secret => ({ ...rest, description, kmsKeyId, deletedAt, versions: new Map(versions.map((version) => [version.id, version])), stages: new Map(stages) }));
/** A secret as it is now, or the name of one that is gone. */
const secretLine = z.union([z.strictObject({ secret: secretRow }), z.strictObject({ removed: z.string() })]);

/** @param journalFile keeps secrets from one process to the next; all is forgotten when absent */
export function createSecretStore(journalFile: string | undefined): SecretStore {
  const secrets = new Map<string, Secret>();
  const replay = (text: unknown): void => {
    const line = secretLine.parse(text);
    if ('secret' in line) secrets.set(line.secret.name, line.secret);
    else secrets.delete(line.removed);
  };
  const journal = journalFile === undefined ? undefined : openJournal(journalFile, replay);
  return {
    put: (secret) => {
      secrets.set(secret.name, secret);
      journal?.append({ secret: { ...secret, versions: [...secret.versions.values()], stages: [...secret.stages] } });
    },
    remove: (secret) => {
      secrets.delete(secret.name);
      journal?.append({ removed: secret.name });
    },
    close: () => journal?.close(),
    find: (secretId) => secrets.get(secretId) ?? [...secrets.values()].find(({ arn }) => arn === secretId || arn.slice(0, -7) === secretId),
    all: () => [...secrets.values()],
  };
}

export function newSecret(name: string, arn: string, now: number): Secret {
  return { name, arn, createdAt: now, description: undefined, kmsKeyId: undefined, tags: [], changedAt: now, deletedAt: undefined, versions: new Map(), stages: new Map() };
}

/** The ARN of a secret made while running. */
export function secretArn(name: string, region: string, accountId: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const tail = Array.from(randomBytes(6), (byte) => letters[byte % letters.length]).join('');
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${tail}`;
}

/** Adds a version under the given labels. The version that was current becomes the previous one. */
export function putVersion(secret: Secret, version: SecretVersion, stages: readonly string[] = ['AWSCURRENT']): void {
  secret.versions.set(version.id, version);
  for (const stage of stages) {
    const before = secret.stages.get(stage);
    if (stage === 'AWSCURRENT' && before !== undefined && before !== version.id) secret.stages.set('AWSPREVIOUS', before);
    secret.stages.set(stage, version.id);
  }
  const labelled = new Set(secret.stages.values());
  for (const id of secret.versions.keys()) if (!labelled.has(id)) secret.versions.delete(id); // AWS counts those as deprecated
  secret.changedAt = version.createdAt;
}

/** The labels of a version. */
export function stagesOf(secret: Secret, versionId: string): string[] {
  return [...secret.stages].flatMap(([stage, id]) => (id === versionId ? [stage] : []));
}
