import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import type { Journal } from '../store/journal.ts';
import { Shelf } from '../store/shelf.ts';
import { subscriptionRow, webhookEvents, type Subscription } from './subscription.ts';

/** After so many deliveries in a row that failed all their attempts, a subscription is paused and stays so. */
const failuresUntilPause = 5;

type NewSubscription = Pick<Subscription, 'merchant' | 'merchantId' | 'url' | 'secretKey' | 'events'>;

/** Where each merchant's events go, and how well that went so far. A merchant may have several. */
export class Subscriptions {
  readonly #clock: Clock;
  readonly #ids: Identifiers;
  readonly #subscriptions: Shelf<Subscription>;

  constructor(parts: { clock: Clock; ids: Identifiers; journal: Journal | undefined }) {
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    this.#subscriptions = new Shelf({ kind: 'subscription', idOf: ({ id }) => id, write: (subscription) => subscription, read: (row) => subscriptionRow.parse(row) }, parts.journal);
  }

  /** The one subscription to everything that is set up with Aeropay. Another URL or secret begins anew; the same ones change nothing. */
  register(wanted: Omit<NewSubscription, 'events'>): void {
    const known = this.of(wanted.merchant).find(({ registered }) => registered);
    if (known === undefined) {
      this.#add({ ...wanted, events: [...webhookEvents] }, true);
      return;
    }
    if (known.url === wanted.url && known.secretKey === wanted.secretKey && known.merchantId === wanted.merchantId) return;
    this.#change(known, { ...wanted, status: 'active', failureCount: 0, lastSuccessAt: null, lastFailureAt: null });
  }

  subscribe(wanted: NewSubscription): Subscription {
    return this.#add(wanted, false);
  }

  withId(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  of(merchant: string): Subscription[] {
    return this.all().filter((subscription) => subscription.merchant === merchant);
  }

  all(): Subscription[] {
    return this.#subscriptions.all();
  }

  update(subscription: Subscription, change: Partial<Pick<Subscription, 'url' | 'events' | 'secretKey'>>): Subscription {
    return this.#change(subscription, change);
  }

  pause(subscription: Subscription): Subscription {
    return this.#change(subscription, { status: 'paused' });
  }

  /** Ends a pause; nothing that was missed is sent again. */
  resume(subscription: Subscription): Subscription {
    return this.#change(subscription, { status: 'active', failureCount: 0 });
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.remove(subscription.id);
  }

  succeeded(id: string): void {
    const subscription = this.withId(id);
    if (subscription !== undefined) this.#subscriptions.put({ ...subscription, failureCount: 0, lastSuccessAt: this.#clock.now() });
  }

  /** Counts a delivery that failed all its attempts; the fifth in a row pauses. */
  failed(id: string): void {
    const subscription = this.withId(id);
    if (subscription === undefined) return;
    const failureCount = subscription.failureCount + 1;
    const status = failureCount >= failuresUntilPause ? 'paused' : subscription.status;
    this.#subscriptions.put({ ...subscription, failureCount, status, lastFailureAt: this.#clock.now() });
  }

  #add(wanted: NewSubscription, registered: boolean): Subscription {
    const now = this.#clock.now();
    const added = {
      ...wanted,
      id: this.#ids.uuid(),
      registered,
      status: 'active' as const,
      failureCount: 0,
      lastSuccessAt: null,
      lastFailureAt: null,
      createdAt: now,
      updatedAt: now,
    };
    this.#subscriptions.put(added);
    return added;
  }

  #change(subscription: Subscription, change: Partial<Subscription>): Subscription {
    const changed = { ...subscription, ...change, updatedAt: this.#clock.now() };
    this.#subscriptions.put(changed);
    return changed;
  }
}
