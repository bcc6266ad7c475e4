import { randomBytes } from 'node:crypto';

/** Who makes a call: a function, something that acts under a role (a state machine, a schedule), or the operator. */
export interface Identity {
  readonly kind: 'function' | 'role' | 'operator';
  /** The function's name, the role's ARN, or `operator`. */
  readonly name: string;
  /** The role whose policies speak for this identity; the operator has none and may do everything. */
  readonly roleArn?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Identities {
  readonly operator: Identity;
  ofFunction(name: string, roleArn: string): Identity;
  ofRole(roleArn: string): Identity;
  byAccessKeyId(accessKeyId: string): Identity | undefined;
}

/** Keys that this boot has issued. They are new at every start and worth nothing anywhere else. */
export function createIdentities(): Identities {
  const byKey = new Map<string, Identity>();
  const byName = new Map<string, Identity>();

  const issue = (kind: Identity['kind'], name: string, roleArn?: string): Identity => {
    const known = byName.get(`${kind}/${name}`);
    if (known !== undefined) return known;
    const identity: Identity = {
      kind,
      name,
      ...(roleArn !== undefined && { roleArn }),
      // DynamoDB Local takes letters and digits only.
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString('hex'),
    };
    byKey.set(identity.accessKeyId, identity);
    byName.set(`${kind}/${name}`, identity);
    return identity;
  };

  return {
    operator: issue('operator', 'operator'),
    ofFunction: (name, roleArn) => issue('function', name, roleArn),
    ofRole: (roleArn) => issue('role', roleArn, roleArn),
    byAccessKeyId: (accessKeyId) => byKey.get(accessKeyId),
  };
}
