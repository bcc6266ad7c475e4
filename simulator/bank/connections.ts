import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import { bankScenarioNamed, type BankScenario } from '../scenarios.ts';
import type { Journal } from '../store/journal.ts';
import { Shelf } from '../store/shelf.ts';

const consents = ['CONNECTED', 'EXPIRED_CONSENT', 'REVOKED_BY_USER'] as const;

/** `connectionStatus` in the words that the simulator thinks in. */
export type Consent = (typeof consents)[number];

export const usualBankName = 'Aerosync Bank';
export const institutionUuid = '6e0a9c1e-2f0b-4b6e-8f43-5a1d1f7e2c90';

/** How long the person's consent lasts. The reference has no figure. */
const consentLifetimeMs = 365 * 86_400_000;

/** One linked bank account. It belongs to the merchant under whose Aerosync credentials it was linked. */
export interface Connection {
  /** 32 hex digits: the connectionId, which upstream also calls userId. */
  readonly id: string;
  /** A dashed UUID: what the payload of old SDKs has beside the user_id. */
  readonly password: string;
  readonly merchant: string;
  readonly personId: string;
  readonly scenario: BankScenario;
  readonly jobSeconds: number | undefined;
  readonly bankName: string;
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

export interface NewConnection extends Pick<Connection, 'merchant' | 'personId' | 'scenario' | 'jobSeconds' | 'accountType' | 'bankName'> {
  /** Made up when absent. */
  readonly accountNumber?: string | undefined;
}

const scenarioName = z.string().transform((name, context): BankScenario => {
  const scenario = bankScenarioNamed(name);
  if (scenario !== undefined) return scenario;
  context.addIssue('no such scenario');
  return z.NEVER;
});

const connectionRow = z
  .object({
    id: z.string(),
    password: z.string(),
    merchant: z.string(),
    personId: z.string(),
    scenario: scenarioName,
    jobSeconds: z.number().optional(),
    bankName: z.string(),
    accountNumber: z.string(),
    accountType: z.string(),
    createdAt: z.number(),
    consent: z.enum(consents),
    expiresAt: z.number(),
    balanceReadAt: z.number(),
    wasOccupied: z.boolean(),
  })
  .transform(({ jobSeconds, ...rest }): Connection => ({ ...rest, jobSeconds }));

/** Every linked account. */
export class Connections {
  readonly #clock: Clock;
  readonly #ids: Identifiers;
  readonly #connections: Shelf<Connection>;

  constructor(parts: { clock: Clock; ids: Identifiers; journal: Journal | undefined }) {
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    this.#connections = new Shelf(
      {
        kind: 'connection',
        idOf: ({ id }) => id,
        write: (connection) => ({ ...connection, scenario: connection.scenario.name }),
        read: (row) => connectionRow.parse(row),
      },
      parts.journal,
    );
  }

  link(linked: NewConnection): Connection {
    const now = this.#clock.now();
    const connection = {
      ...linked,
      id: this.#ids.hex32(),
      password: this.#ids.uuid(),
      accountNumber: linked.accountNumber ?? `00100000${this.#ids.digits(9)}`,
      createdAt: now,
      consent: linked.scenario.consent,
      expiresAt: linked.scenario.consent === 'EXPIRED_CONSENT' ? now - 1000 : now + consentLifetimeMs,
      balanceReadAt: now,
      wasOccupied: false,
    };
    this.#connections.put(connection);
    return connection;
  }

  /** `id` is 32 lower-case hex digits. */
  withId(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Whether a person has ever linked a bank, for any merchant. */
  linkedBy(personId: string): boolean {
    return this.#connections.all().some((connection) => connection.personId === personId);
  }

  /** The person went through the widget again: same connection, healthy from now on. */
  reconnect(connection: Connection): void {
    connection.consent = 'CONNECTED';
    connection.expiresAt = this.#clock.now() + consentLifetimeMs;
    this.#connections.put(connection);
  }

  /** The bank no longer lets us in. */
  breakOff(connection: Connection, consent: Exclude<Consent, 'CONNECTED'>): void {
    connection.consent = consent;
    if (consent === 'EXPIRED_CONSENT') connection.expiresAt = Math.min(connection.expiresAt, this.#clock.now());
    this.#connections.put(connection);
  }

  /** A balance job has read the bank's balance. */
  balanceRead(connection: Connection, at: number): void {
    connection.balanceReadAt = at;
    this.#connections.put(connection);
  }

  /** Somebody else's job has taken the connection once. */
  occupied(connection: Connection): void {
    connection.wasOccupied = true;
    this.#connections.put(connection);
  }
}
