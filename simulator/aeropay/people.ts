import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { isUuid, type Identifiers } from '../identifiers.ts';
import type { PersonScenario } from '../scenarios.ts';
import type { Journal } from '../store/journal.ts';
import { Shelf } from '../store/shelf.ts';
import { attachmentRow, personRow, type Attachment, type LinkedBankAccount, type NewPerson, type Person } from './person.ts';

/** A verification code lives 15 minutes. */
export const codeLifetimeSeconds = 15 * 60;

/** Wrong codes until every further try is AP112, the right code included. The reference has no number; five is our choice. */
export const wrongCodesAllowed = 5;

/** The sandbox's code that always passes. */
export const sandboxCode = '000000';

const dealingRow = z.object({ person: z.string(), merchant: z.string() });

/** Everybody in the Aeropay network, and which merchant each is connected to. */
export class People {
  readonly #clock: Clock;
  readonly #ids: Identifiers;
  readonly #people: Shelf<Person>;
  readonly #attachments: Shelf<Attachment>;
  /** The merchant each person dealt with last. */
  readonly #dealings: Shelf<z.infer<typeof dealingRow>>;
  readonly #byPhone = new Map<string, Person>();
  readonly #byNumber = new Map<string, Person>();

  constructor(parts: { clock: Clock; ids: Identifiers; journal: Journal | undefined }) {
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    const asItIs = <T>(thing: T): T => thing;
    this.#people = new Shelf({ kind: 'person', idOf: ({ id }) => id, write: asItIs, read: (row) => personRow.parse(row) }, parts.journal);
    this.#attachments = new Shelf(
      { kind: 'attachment', idOf: ({ person, merchant }) => attachmentKey(person, merchant), write: asItIs, read: (row) => attachmentRow.parse(row) },
      parts.journal,
    );
    this.#dealings = new Shelf({ kind: 'dealing', idOf: ({ person }) => person, write: asItIs, read: (row) => dealingRow.parse(row) }, parts.journal);
    for (const person of this.#people.all()) this.#index(person);
  }

  /** `id` is an aeroPassUserUuid. */
  withId(id: string): Person | undefined {
    return this.#people.get(id.toLowerCase());
  }

  /** By the number that v1 calls userId, or by the UUID that it is in some of v1's replies. */
  withAnyId(id: string): Person | undefined {
    return isUuid(id) ? this.withId(id) : this.#byNumber.get(id);
  }

  withPhone(phoneNumber: string): Person | undefined {
    return this.#byPhone.get(phoneNumber);
  }

  /** The network keeps the profile a phone number was first given; a later merchant's spelling does not change it. */
  add(profile: NewPerson): Person {
    const person = { ...profile, id: this.#ids.uuid(), number: this.#freeNumber(), createdAt: this.#clock.now(), bankAccounts: [] };
    this.#people.put(person);
    this.#index(person);
    return person;
  }

  connect(person: Person, merchant: string): void {
    this.#attachments.put({ person: person.id, merchant, state: 'connected' });
    this.dealtWith(person, merchant);
  }

  /** As if the person had never dealt with the merchant: what v1.1's test helper calls unverified. */
  disconnect(person: Person, merchant: string): void {
    this.#attachments.remove(attachmentKey(person.id, merchant));
  }

  /** Sends a code: the person is not connected to this merchant until it is confirmed, whatever was before. */
  sendCode(person: Person, merchant: string, codes: PersonScenario['codes'] = 'pass'): void {
    const expiresAt = this.#clock.now() + (codes === 'expired' ? 0 : codeLifetimeSeconds * 1000);
    const wrongCodes = codes === 'used_up' ? wrongCodesAllowed : 0;
    this.#attachments.put({ person: person.id, merchant, state: 'pending', expiresAt, wrongCodes });
  }

  /** Tries a code. A person who waits for no code, or whose code is over, gets `wrong`: the reference names nothing else. */
  confirm(person: Person, merchant: string, code: string): 'confirmed' | 'wrong' | 'too_many' {
    const attachment = this.#attachments.get(attachmentKey(person.id, merchant));
    if (attachment?.state !== 'pending') return 'wrong';
    if (attachment.wrongCodes >= wrongCodesAllowed) return 'too_many';
    if (code === sandboxCode && attachment.expiresAt > this.#clock.now()) {
      this.connect(person, merchant);
      return 'confirmed';
    }
    this.#attachments.put({ ...attachment, wrongCodes: attachment.wrongCodes + 1 });
    return 'wrong';
  }

  isConnected(person: Person, merchant: string): boolean {
    return this.#attachments.get(attachmentKey(person.id, merchant))?.state === 'connected';
  }

  /** The merchant that this person dealt with last and is still connected to. */
  merchantOf(person: Person): string | undefined {
    const merchant = this.#dealings.get(person.id)?.merchant;
    return merchant !== undefined && this.isConnected(person, merchant) ? merchant : undefined;
  }

  /** Remembers that this merchant asked for a widget token, say: a bank linked next is linked for this merchant. */
  dealtWith(person: Person, merchant: string): void {
    if (this.#dealings.get(person.id)?.merchant !== merchant) this.#dealings.put({ person: person.id, merchant });
  }

  /** The accounts a person has linked for payments at one merchant, oldest first. */
  bankAccountsAt(person: Person, merchant: string): LinkedBankAccount[] {
    return person.bankAccounts.filter((account) => account.merchant === merchant);
  }

  /** Links an account for payments; the first one of a merchant is selected. */
  addBankAccount(person: Person, account: { readonly merchant: string; readonly connectionId: string }): LinkedBankAccount {
    const added = {
      ...account,
      bankAccountId: Number(`1${this.#ids.digits(6)}`),
      createdAt: this.#clock.now(),
      isSelected: this.bankAccountsAt(person, account.merchant).length === 0,
      timesLinked: 1,
    };
    person.bankAccounts.push(added);
    this.#people.put(person);
    return added;
  }

  /** Counts that a linked account was linked once more. */
  linkAgain(person: Person, account: LinkedBankAccount): void {
    account.timesLinked += 1;
    this.#people.put(person);
  }

  /** Pays from this account from now on. */
  selectBankAccount(person: Person, selected: LinkedBankAccount): void {
    for (const account of this.bankAccountsAt(person, selected.merchant)) account.isSelected = account === selected;
    this.#people.put(person);
  }

  #index(person: Person): void {
    this.#byPhone.set(person.phoneNumber, person);
    this.#byNumber.set(person.number, person);
  }

  #freeNumber(): string {
    const number = `1${this.#ids.digits(6)}`;
    return this.#byNumber.has(number) ? this.#freeNumber() : number;
  }
}

function attachmentKey(personId: string, merchant: string): string {
  return `${personId} ${merchant}`;
}
