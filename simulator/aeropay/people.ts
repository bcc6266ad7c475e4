import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';

/** A verification code lives 15 minutes. */
export const codeLifetimeSeconds = 15 * 60;

/** Wrong codes until every further try is AP112, the right code included. The reference has no number; five is our choice. */
export const wrongCodesAllowed = 5;

/** The sandbox's code that always passes. */
export const sandboxCode = '000000';

export type MfaType = 'sms' | 'email';

/** How a person stands with one merchant. */
type Attachment =
  | { readonly state: 'connected' }
  | { readonly state: 'pending'; readonly expiresAt: number; wrongCodes: number };

export interface LinkedBankAccount {
  readonly bankAccountId: number;
  readonly merchant: string;
  readonly connectionId: string;
  readonly createdAt: number;
  timesLinked: number;
}

/** A person of the Aeropay network. `id` is the aeroPassUserUuid; the phone number is what makes a person unique. */
export interface Person {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phoneNumber: string;
  readonly createdAt: number;
  readonly bankAccounts: LinkedBankAccount[];
}

export type NewPerson = Pick<Person, 'firstName' | 'lastName' | 'email' | 'phoneNumber'>;

/** Everybody in the Aeropay network, and which merchant each is connected to. */
export class People {
  readonly #clock: Clock;
  readonly #ids: Identifiers;
  readonly #people = new Map<string, Person>();
  readonly #byPhone = new Map<string, Person>();
  readonly #attachments = new Map<string, Attachment>();
  readonly #lastMerchant = new Map<string, string>();

  constructor(clock: Clock, ids: Identifiers) {
    this.#clock = clock;
    this.#ids = ids;
  }

  withId(id: string): Person | undefined {
    return this.#people.get(id.toLowerCase());
  }

  withPhone(phoneNumber: string): Person | undefined {
    return this.#byPhone.get(phoneNumber);
  }

  /** The network keeps the profile a phone number was first given; a later merchant's spelling does not change it. */
  add(profile: NewPerson): Person {
    const person = { ...profile, id: this.#ids.uuid(), createdAt: this.#clock.now(), bankAccounts: [] };
    this.#people.set(person.id, person);
    this.#byPhone.set(person.phoneNumber, person);
    return person;
  }

  connect(person: Person, merchant: string): void {
    this.#attachments.set(attachmentKey(person, merchant), { state: 'connected' });
    this.#lastMerchant.set(person.id, merchant);
  }

  /** Sends a code: the person is not connected to this merchant until it is confirmed, whatever was before. */
  sendCode(person: Person, merchant: string): void {
    const expiresAt = this.#clock.now() + codeLifetimeSeconds * 1000;
    this.#attachments.set(attachmentKey(person, merchant), { state: 'pending', expiresAt, wrongCodes: 0 });
  }

  /** Tries a code. A person who waits for no code, or whose code is over, gets `wrong`: the reference names nothing else. */
  confirm(person: Person, merchant: string, code: string): 'confirmed' | 'wrong' | 'too_many' {
    const attachment = this.#attachments.get(attachmentKey(person, merchant));
    if (attachment?.state !== 'pending') return 'wrong';
    if (attachment.wrongCodes >= wrongCodesAllowed) return 'too_many';
    if (code === sandboxCode && attachment.expiresAt > this.#clock.now()) {
      this.connect(person, merchant);
      return 'confirmed';
    }
    attachment.wrongCodes += 1;
    return 'wrong';
  }

  isConnected(person: Person, merchant: string): boolean {
    return this.#attachments.get(attachmentKey(person, merchant))?.state === 'connected';
  }

  /** The merchant that this person dealt with last and is still connected to. */
  merchantOf(person: Person): string | undefined {
    const merchant = this.#lastMerchant.get(person.id);
    return merchant !== undefined && this.isConnected(person, merchant) ? merchant : undefined;
  }

  /** Remembers that this merchant asked for a widget token: a bank linked next is linked for this merchant. */
  openedWidget(person: Person, merchant: string): void {
    this.#lastMerchant.set(person.id, merchant);
  }
}

function attachmentKey(person: Person, merchant: string): string {
  return `${person.id} ${merchant}`;
}
