import type { Agenda } from '../agenda.ts';
import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import { toJsonText } from '../json-text.ts';
import type { Journal } from '../store/journal.ts';
import { Shelf } from '../store/shelf.ts';
import { deliveryRow, type Delivery, type DeliveryRecord, type WebhookEvent } from './delivery.ts';
import { postWebhook } from './post-webhook.ts';
import { signatureOf } from './signature.ts';
import type { Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';
import { noWebhookFault, type WebhookFault } from './webhook-fault.ts';

/** Seconds before the second and the third attempt. The reference says "exponential"; the figures are ours. */
const backOffSeconds = [2, 4] as const;

/** A held event goes out after this, when no other comes to overtake it. */
const longestHoldMs = 5000;

const deliveriesKept = 1000;

/** Signs and sends events, repeats what was not accepted, and gives up on an endpoint that never accepts. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #ids: Identifiers;
  readonly #subscriptions: Subscriptions;
  readonly #writeLine: (line: string) => void;
  readonly #deliveries: Shelf<Delivery>;
  readonly #faults = new Map<string, WebhookFault>();
  readonly #held = new Map<string, Delivery>();
  readonly #closing = new AbortController();
  readonly #records: DeliveryRecord[] = [];
  #faultForAll = noWebhookFault;

  constructor(parts: { clock: Clock; agenda: Agenda; ids: Identifiers; journal: Journal | undefined; subscriptions: Subscriptions; writeLine: (line: string) => void }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#ids = parts.ids;
    this.#subscriptions = parts.subscriptions;
    this.#writeLine = parts.writeLine;
    this.#deliveries = new Shelf({ kind: 'delivery', idOf: ({ id }) => id, write: (delivery) => delivery, read: (row) => deliveryRow.parse(row) }, parts.journal);
    for (const delivery of this.#deliveries.all()) this.#plan(delivery);
  }

  /** Without a merchant the fault holds for all of them and replaces what was set for single ones. */
  setFault(fault: WebhookFault, merchant?: string): void {
    if (merchant !== undefined) {
      this.#faults.set(merchant, fault);
      return;
    }
    this.#faults.clear();
    this.#faultForAll = fault;
  }

  faultOf(merchant: string): WebhookFault {
    return this.#faults.get(merchant) ?? this.#faultForAll;
  }

  records(): readonly DeliveryRecord[] {
    return this.#records;
  }

  /** Tells every subscription of the merchant that asked for it. `at` is when it happened. */
  publish(event: WebhookEvent, at: number): void {
    for (const subscription of this.#subscriptions.of(event.merchant)) {
      if (event.names.some((name) => subscription.events.includes(name))) this.#tell(subscription, event, at);
    }
  }

  /** Sends the test event to one subscription, whatever it asked for. */
  test(subscription: Subscription): void {
    const event = { merchant: subscription.merchant, event: 'test.event', names: ['test.event'], status: 'test', jobId: null, data: { status: 'test', message: 'Test event' } };
    this.#tell(subscription, event, this.#clock.now());
  }

  /** Breaks off what is being sent. */
  close(): void {
    this.#closing.abort();
  }

  #tell(subscription: Subscription, event: WebhookEvent, at: number): void {
    const fault = this.#faultFor(event);
    const delivery = {
      id: this.#ids.uuid(),
      subscriptionId: subscription.id,
      merchant: event.merchant,
      event: event.event,
      status: event.status,
      jobId: event.jobId,
      body: toJsonText({ event: event.event, timestamp: Math.floor(at / 1000), merchant_id: subscription.merchantId, data: event.data }),
      signature: signing(fault),
      attempt: 1,
      due: at + fault.delaySeconds * 1000,
    };
    if (subscription.status === 'paused') this.#record(delivery, 'missed', null, 0);
    else if (fault.mode === 'drop') this.#record(delivery, 'dropped', null, 0);
    else if (fault.mode === 'reorder') this.#agenda.at(delivery.due, () => this.#sendOutOfOrder(delivery));
    else {
      for (let copy = 0; copy <= fault.duplicates; copy += 1) this.#plan(copy === 0 ? delivery : { ...delivery, id: this.#ids.uuid() });
    }
  }

  #faultFor(event: WebhookEvent): WebhookFault {
    const fault = this.faultOf(event.merchant);
    return fault.statuses?.includes(event.status ?? '') === false ? noWebhookFault : fault;
  }

  #sendOutOfOrder(delivery: Delivery): void {
    const { subscriptionId } = delivery;
    const held = this.#held.get(subscriptionId);
    if (held !== undefined) {
      this.#held.delete(subscriptionId);
      void this.#attempt(delivery).then(() => this.#attempt(held));
      return;
    }
    this.#held.set(subscriptionId, delivery);
    this.#agenda.at(this.#clock.now() + longestHoldMs, () => {
      if (this.#held.get(subscriptionId) !== delivery) return;
      this.#held.delete(subscriptionId);
      void this.#attempt(delivery);
    });
  }

  /** Kept until its outcome is known, so that a killed process tries it again after its next start. */
  #plan(delivery: Delivery): void {
    this.#deliveries.put(delivery);
    this.#agenda.at(delivery.due, () => void this.#attempt(delivery));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const subscription = this.#subscriptions.withId(delivery.subscriptionId);
    if (subscription === undefined) {
      this.#deliveries.remove(delivery.id);
      return;
    }
    const { body, attempt } = delivery;
    const signature = signatureFor(subscription, delivery);
    const httpStatus = await postWebhook({ url: subscription.url, body, signature, agenda: this.#agenda, clock: this.#clock, closing: this.#closing.signal });
    if (this.#closing.signal.aborted) return;
    if (httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300) {
      this.#deliveries.remove(delivery.id);
      this.#subscriptions.succeeded(subscription.id);
      this.#record(delivery, 'accepted', httpStatus);
      return;
    }
    this.#record(delivery, httpStatus === undefined ? 'unreachable' : 'refused', httpStatus ?? null);
    const wait = backOffSeconds[attempt - 1];
    if (wait === undefined) {
      this.#deliveries.remove(delivery.id);
      this.#subscriptions.failed(subscription.id);
      return;
    }
    this.#plan({ ...delivery, attempt: attempt + 1, due: this.#clock.now() + wait * 1000 });
  }

  #record(delivery: Delivery, outcome: DeliveryRecord['outcome'], httpStatus: number | null, attempt = delivery.attempt): void {
    const { subscriptionId: webhookId, merchant, event, status, jobId } = delivery;
    this.#records.push({ at: this.#clock.now(), webhookId, merchant, event, status, jobId, attempt, outcome, httpStatus });
    if (this.#records.length > deliveriesKept) this.#records.shift();
    this.#writeLine(`webhook ${event} ${status ?? ''} ${jobId ?? ''}: ${outcome}${httpStatus === null ? '' : ` (HTTP ${httpStatus})`}`);
  }
}

function signing({ mode }: WebhookFault): Delivery['signature'] {
  if (mode === 'unsigned') return 'none';
  return mode === 'wrong_signature' ? 'wrong' : 'right';
}

/** Undefined for a delivery that goes out without a signature. */
function signatureFor({ secretKey }: Subscription, { body, signature }: Delivery): string | undefined {
  if (secretKey === undefined || signature === 'none') return undefined;
  return signatureOf(body, signature === 'wrong' ? `not ${secretKey}` : secretKey);
}
