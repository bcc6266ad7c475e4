import type { Identity } from './identities.ts';

export type AwsService = 'dynamodb' | 'states' | 'secretsmanager' | 'lambda';

export interface AwsCall {
  readonly identity: Identity;
  readonly service: AwsService;
  /** As the API spells it, for example `TransactWriteItems`. */
  readonly operation: string;
  /** The parsed request. A function, since most decisions need only the operation and the hot path parses nothing. */
  readonly request: () => unknown;
}

/** `denied` carries the sentence of the refusal: who, which action, on what. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

/** Decides about one call before it is carried out. */
export type Authorize = (call: AwsCall) => Decision;

const allowed: Decision = { allowed: true };

/** Every identity of this boot may make every call. Enforcement of the template's policies takes this function's place. */
export const allowEveryKnownIdentity: Authorize = () => allowed;
