import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import type { BankScenario } from '../scenarios.ts';

/** `connectionStatus` as the reference has it. */
export type Consent = 'CONNECTED' | 'EXPIRED_CONSENT' | 'REVOKED_BY_USER';

export const bankName = 'Aerosync Bank';
export const institutionUuid = '6e0a9c1e-2f0b-4b6e-8f43-5a1d1f7e2c90';

/** How long the person's consent lasts. The reference has no figure. */
const consentLifetimeMs = 365 * 86_400_000;

/** One linked bank account. It belongs to the merchant under whose Aerosync credentials it was linked. */
export interface Connection {
  /** 32 hex digits: the connectionId, which upstream also calls userId. */
  readonly id: string;
  readonly merchant: string;
  readonly personId: string;
  readonly scenario: BankScenario;
  readonly jobSeconds: number | undefined;
  readonly accountNumber: string;
  readonly accountType: string;
  readonly createdAt: number;
  consent: Consent;
  expiresAt: number;
  /** When the balance that upstream would send was read at the bank. */
  balanceReadAt: number;
  /** Whether a job of the scenario `busy` has taken this connection once already. */
  wasOccupied: boolean;
}

export interface NewConnection {
  readonly merchant: string;
  readonly personId: string;
  readonly scenario: BankScenario;
  readonly jobSeconds: number | undefined;
  readonly accountType: string;
}

/** Every linked account. */
export class Connections {
  readonly #clock: Clock;
  readonly #ids: Identifiers;
  readonly #connections = new Map<string, Connection>();

  constructor(clock: Clock, ids: Identifiers) {
    this.#clock = clock;
    this.#ids = ids;
  }

  link(linked: NewConnection): Connection {
    const now = this.#clock.now();
    const connection = {
      ...linked,
      id: this.#ids.hex32(),
      accountNumber: `00100000${this.#ids.digits(9)}`,
      createdAt: now,
      consent: linked.scenario.consent,
      expiresAt: linked.scenario.consent === 'EXPIRED_CONSENT' ? now - 1000 : now + consentLifetimeMs,
      balanceReadAt: now,
      wasOccupied: false,
    };
    this.#connections.set(connection.id, connection);
    return connection;
  }

  /** `id` is 32 lower-case hex digits. */
  withId(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** The person went through the widget again: same connection, healthy from now on. */
  reconnect(connection: Connection): void {
    connection.consent = 'CONNECTED';
    connection.expiresAt = this.#clock.now() + consentLifetimeMs;
  }

  /** The bank no longer lets us in. */
  breakOff(connection: Connection, consent: Exclude<Consent, 'CONNECTED'>): void {
    connection.consent = consent;
    if (consent === 'EXPIRED_CONSENT') connection.expiresAt = Math.min(connection.expiresAt, this.#clock.now());
  }
}
