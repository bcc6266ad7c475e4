import { randomBytes } from 'node:crypto';
import type { Ids } from '../../ports.ts';

/** A kind as prefix and 128 random bits as 32 hex digits, so that no id can be guessed or counted. */
export class RandomIds implements Ids {
  readonly #random: (bytes: number) => Buffer;

  constructor(random: (bytes: number) => Buffer = randomBytes) {
    this.#random = random;
  }

  user(): string {
    return this.#id('usr');
  }

  job(): string {
    return this.#id('job');
  }

  merchant(): string {
    return this.#id('mer');
  }

  apiKeyId(): string {
    return this.#id('key');
  }

  /** 43 characters of A-Z a-z 0-9 - _. */
  secret(): string {
    return this.#random(32).toString('base64url');
  }

  #id(kind: string): string {
    return `${kind}_${this.#random(16).toString('hex')}`;
  }
}
