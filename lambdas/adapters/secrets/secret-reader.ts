import { GetSecretValueCommand, InvalidRequestException, ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import { issuePaths } from '../../domain/issue-paths.ts';
import { jsonOrUndefined } from '../../domain/json-or-undefined.ts';

/** Undefined where no secret of that name exists, or it is about to be deleted. */
export async function readSecretText(client: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
    // A role that may read a pattern of names is told "denied" of a name that does not exist, since the pattern ends in Secrets Manager's own suffix.
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

/**
 * Parses the JSON of a secret.
 * @throws AppError with the given code, naming the secret and the paths that differ, never a value
 */
export function parseSecret<S extends z.ZodType>(name: string, schema: S, text: string, code: ErrorCode): z.output<S> {
  const parsed = schema.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
  throw new AppError(code, `secret ${name} does not fit at ${issuePaths(parsed.error, '(the whole text)')}; store the merchant's secrets again`);
}
