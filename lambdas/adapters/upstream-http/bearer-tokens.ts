import type { Clock } from '../../ports.ts';

export interface MintedToken<C> {
  readonly token: string;
  readonly lifetimeSeconds: number;
  /** The credentials it was minted with. */
  readonly credentials: C;
}

interface KeptToken<C> extends MintedToken<C> {
  readonly identity: string;
  readonly usableUntil: number;
}

/** No token is handed out in its last two minutes: it has to outlive the call and a clock that is a little wrong. */
const marginSeconds = 120;
/** Tokens in people's names come and go: the oldest is forgotten, and minted again if it is ever needed. */
const keptAtMost = 2_000;

/** Bearer tokens in memory, one per owner, minted once however many calls wait, and replaced with the merchant's credentials. */
export class BearerTokens<C> {
  readonly #clock: Clock;
  readonly #identityOf: (credentials: C) => string;
  readonly #kept = new Map<string, KeptToken<C>>();
  readonly #minting = new Map<string, Promise<KeptToken<C>>>();

  /** @param identityOf tells credentials apart, so that a token never serves other credentials than its own */
  constructor(clock: Clock, identityOf: (credentials: C) => string) {
    this.#clock = clock;
    this.#identityOf = identityOf;
  }

  /**
   * @param owner whose token it is: a merchant's own, or one of a merchant's in a person's name
   * @param refused a token that upstream no longer takes: another one is handed out
   */
  async get(owner: string, credentials: C, mint: () => Promise<MintedToken<C>>, refused?: string): Promise<MintedToken<C>> {
    const identity = this.#identityOf(credentials);
    const kept = this.#kept.get(owner);
    if (kept?.identity === identity && kept.token !== refused && this.#clock.now().getTime() < kept.usableUntil) return kept;
    const flight = `${owner}\n${identity}`;
    const minting = this.#minting.get(flight) ?? this.#mint(owner, flight, mint);
    this.#minting.set(flight, minting);
    return minting;
  }

  /** The next call mints another one. */
  forget(owner: string): void {
    this.#kept.delete(owner);
  }

  async #mint(owner: string, flight: string, mint: () => Promise<MintedToken<C>>): Promise<KeptToken<C>> {
    try {
      const minted = await mint();
      const margin = Math.min(marginSeconds, minted.lifetimeSeconds / 10);
      const kept = {
        ...minted,
        identity: this.#identityOf(minted.credentials),
        usableUntil: this.#clock.now().getTime() + (minted.lifetimeSeconds - margin) * 1000,
      };
      this.#keep(owner, kept);
      return kept;
    } finally {
      this.#minting.delete(flight);
    }
  }

  #keep(owner: string, token: KeptToken<C>): void {
    this.#kept.delete(owner);
    this.#kept.set(owner, token);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptAtMost && oldest !== undefined) this.#kept.delete(oldest);
  }
}
