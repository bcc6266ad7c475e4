import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import { toJsonText, type Json } from './json-text.ts';

const seconds = z.int().min(1).optional();

/** How long tokens live, in seconds, for the kinds that are named. */
export const tokenLifetimes = z.strictObject({ aeropay_merchant: seconds, aeropay_user: seconds, aerosync_api: seconds, aerosync_widget: seconds });

export type TokenLifetimes = Readonly<z.infer<typeof tokenLifetimes>>;

/** Every token of both products lives 30 minutes. */
const documentedSeconds = 1800;

/** Expired tokens stay known for an hour, so that they are told apart from tokens that were never issued. */
const rememberedMs = 3_600_000;

/** What a token allows, and for whom. */
export type TokenUse =
  | { readonly kind: 'aeropay_merchant'; readonly merchant: string }
  | { readonly kind: 'aeropay_user'; readonly merchant: string; readonly personId: string }
  | { readonly kind: 'aerosync_api'; readonly merchant: string }
  | { readonly kind: 'aerosync_widget'; readonly merchant: string; readonly personId: string };

/** What an Authorization header turned out to be. */
export type TokenReading = { readonly state: 'missing' | 'invalid' | 'expired' } | { readonly state: 'valid'; readonly use: TokenUse };

/** Issues tokens that look like upstream's (HS256 JWTs) and remembers what each is good for. */
export class Tokens {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #issued = new Map<string, { use: TokenUse; expiresAt: number }>();
  readonly #lifetimes = { aeropay_merchant: documentedSeconds, aeropay_user: documentedSeconds, aerosync_api: documentedSeconds, aerosync_widget: documentedSeconds };

  constructor(clock: Clock, lifetimes: TokenLifetimes = {}) {
    this.#clock = clock;
    this.setLifetimes(lifetimes);
  }

  lifetimes(): Readonly<Record<TokenUse['kind'], number>> {
    return this.#lifetimes;
  }

  /** Holds for the tokens issued from now on. */
  setLifetimes({ aeropay_merchant, aeropay_user, aerosync_api, aerosync_widget }: TokenLifetimes): void {
    const kept = this.#lifetimes;
    kept.aeropay_merchant = aeropay_merchant ?? kept.aeropay_merchant;
    kept.aeropay_user = aeropay_user ?? kept.aeropay_user;
    kept.aerosync_api = aerosync_api ?? kept.aerosync_api;
    kept.aerosync_widget = aerosync_widget ?? kept.aerosync_widget;
  }

  /** `claims` are the payload besides `exp`, as the reference decoded them from upstream's own examples. */
  issue(use: TokenUse, claims: Readonly<Record<string, Json>>): string {
    this.#forget();
    const expiresAt = this.#clock.now() + this.#lifetimes[use.kind] * 1000;
    const text = [{ typ: 'JWT', alg: 'HS256' }, { ...claims, exp: Math.floor(expiresAt / 1000) }]
      .map((part) => Buffer.from(toJsonText(part)).toString('base64url'))
      .join('.');
    const token = `${text}.${createHmac('sha256', this.#key).update(text).digest('base64url')}`;
    this.#issued.set(token, { use, expiresAt });
    return token;
  }

  /** Reads the value of a header that carries a bearer token. */
  read(authorization: string | undefined): TokenReading {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { state: 'missing' };
    const known = this.#issued.get(token);
    if (known === undefined) return { state: 'invalid' };
    return known.expiresAt > this.#clock.now() ? { state: 'valid', use: known.use } : { state: 'expired' };
  }

  /** Ends every token issued so far and says how many were still good. */
  expireAll(): number {
    const now = this.#clock.now();
    const good = [...this.#issued.values()].filter((token) => token.expiresAt > now);
    for (const token of good) token.expiresAt = now;
    return good.length;
  }

  #forget(): void {
    const oldest = this.#clock.now() - rememberedMs;
    for (const [token, { expiresAt }] of this.#issued) {
      if (expiresAt < oldest) this.#issued.delete(token);
    }
  }
}
