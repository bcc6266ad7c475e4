import { randomBytes } from 'node:crypto';

/** Mints what looks like upstream's JWTs, remembers what each is good for, and keeps them all for tests that search for them. */
export class Tokens {
  readonly issued: string[] = [];
  readonly #purposes = new Map<string, string>();

  mint(purpose: string): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ jti: randomBytes(12).toString('hex'), purpose })}.${randomBytes(32).toString('base64url')}`;
    this.#purposes.set(token, purpose);
    this.issued.push(token);
    return token;
  }

  isGood(token: string | undefined, purpose: string): boolean {
    return token !== undefined && this.#purposes.get(token) === purpose;
  }

  /** From now on every token of this purpose is refused. */
  revoke(purpose: string): void {
    for (const [token, its] of this.#purposes) if (its === purpose) this.#purposes.delete(token);
  }
}
