import type { Agenda } from '../agenda.ts';
import type { Clock } from '../clock.ts';
import { toJsonText } from '../json-text.ts';
import { postWebhook } from './post-webhook.ts';
import { signatureOf } from './signature.ts';
import { noWebhookFault, type WebhookFault } from './webhook-fault.ts';

/** Seconds before the second and the third attempt. The reference says "exponential"; the figures are ours. */
const backOffSeconds = [2, 4] as const;

/** After so many deliveries in a row that failed all their attempts, the subscription is paused and stays so. */
const failuresUntilPause = 5;

/** A held event goes out after this, when no other comes to overtake it. */
const longestHoldMs = 5000;

const deliveriesKept = 1000;

export interface WebhookEvent {
  readonly merchant: string;
  /** `job.balance`, `job.transaction`, `job.identity` or `bank.revocation`. */
  readonly event: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly merchant: string;
  readonly merchantId: string;
  readonly url: string;
  readonly secretKey: string | undefined;
  status: 'active' | 'paused';
  /** Failed deliveries in a row. */
  failureCount: number;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
}

interface Delivery {
  readonly subscription: Subscription;
  readonly event: WebhookEvent;
  readonly body: string;
  readonly signature: string | undefined;
}

/** One line of the delivery log. `missed`: the subscription was paused, and upstream keeps nothing for later. */
export interface DeliveryRecord {
  readonly at: number;
  readonly merchant: string;
  readonly event: string;
  readonly status: string | null;
  readonly jobId: string | null;
  readonly attempt: number;
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | 'dropped' | 'missed';
  readonly httpStatus: number | null;
}

/** Signs and sends events, repeats what was not accepted, and gives up on an endpoint that never accepts. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #writeLine: (line: string) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #faults = new Map<string, WebhookFault>();
  readonly #held = new Map<string, Delivery>();
  readonly #closing = new AbortController();
  readonly #records: DeliveryRecord[] = [];
  #faultForAll = noWebhookFault;

  constructor(parts: { clock: Clock; agenda: Agenda; writeLine: (line: string) => void }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#writeLine = parts.writeLine;
  }

  /** Each merchant has one subscription to every event; a new one replaces it. */
  subscribe(subscription: Pick<Subscription, 'merchant' | 'merchantId' | 'url' | 'secretKey'>): void {
    this.#subscriptions.set(subscription.merchant, { ...subscription, status: 'active', failureCount: 0, lastSuccessAt: null, lastFailureAt: null });
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

  /** Ends a pause, as upstream's unpause call does; nothing that was missed is sent again. */
  resume(merchant: string): Subscription | undefined {
    const subscription = this.#subscriptions.get(merchant);
    if (subscription !== undefined) Object.assign(subscription, { status: 'active', failureCount: 0 });
    return subscription;
  }

  subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  records(): readonly DeliveryRecord[] {
    return this.#records;
  }

  publish(event: WebhookEvent, at: number): void {
    const subscription = this.#subscriptions.get(event.merchant);
    if (subscription === undefined) return;
    const fault = this.#faultFor(event);
    const body = toJsonText({
      event: event.event,
      timestamp: Math.floor(at / 1000),
      merchant_id: subscription.merchantId,
      data: event.data,
    });
    const delivery = { subscription, event, body, signature: sign(subscription, fault, body) };
    if (subscription.status === 'paused') {
      this.#record(delivery, 0, 'missed', null);
      return;
    }
    if (fault.mode === 'drop') {
      this.#record(delivery, 0, 'dropped', null);
      return;
    }
    this.#agenda.at(at + fault.delaySeconds * 1000, () => this.#send(delivery, fault));
  }

  /** Breaks off what is being sent. */
  close(): void {
    this.#closing.abort();
  }

  #faultFor(event: WebhookEvent): WebhookFault {
    const fault = this.faultOf(event.merchant);
    return fault.statuses?.includes(event.data['status'] ?? '') === false ? noWebhookFault : fault;
  }

  #send(delivery: Delivery, fault: WebhookFault): void {
    if (fault.mode === 'reorder') {
      this.#sendOutOfOrder(delivery);
      return;
    }
    for (let copy = 0; copy <= fault.duplicates; copy += 1) void this.#attempt(delivery, 1);
  }

  #sendOutOfOrder(delivery: Delivery): void {
    const { merchant } = delivery.event;
    const held = this.#held.get(merchant);
    if (held !== undefined) {
      this.#held.delete(merchant);
      void this.#attempt(delivery, 1).then(() => this.#attempt(held, 1));
      return;
    }
    this.#held.set(merchant, delivery);
    this.#agenda.at(this.#clock.now() + longestHoldMs, () => {
      if (this.#held.get(merchant) !== delivery) return;
      this.#held.delete(merchant);
      void this.#attempt(delivery, 1);
    });
  }

  async #attempt(delivery: Delivery, attempt: number): Promise<void> {
    const { subscription, body, signature } = delivery;
    const httpStatus = await postWebhook({ url: subscription.url, body, signature, agenda: this.#agenda, clock: this.#clock, closing: this.#closing.signal });
    if (this.#closing.signal.aborted) return;
    const now = this.#clock.now();
    if (httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300) {
      subscription.failureCount = 0;
      subscription.lastSuccessAt = now;
      this.#record(delivery, attempt, 'accepted', httpStatus);
      return;
    }
    this.#record(delivery, attempt, httpStatus === undefined ? 'unreachable' : 'refused', httpStatus ?? null);
    const wait = backOffSeconds[attempt - 1];
    if (wait === undefined) {
      this.#countFailure(subscription, now);
      return;
    }
    this.#agenda.at(now + wait * 1000, () => void this.#attempt(delivery, attempt + 1));
  }

  #countFailure(subscription: Subscription, now: number): void {
    subscription.failureCount += 1;
    subscription.lastFailureAt = now;
    if (subscription.failureCount >= failuresUntilPause) subscription.status = 'paused';
  }

  #record({ event }: Delivery, attempt: number, outcome: DeliveryRecord['outcome'], httpStatus: number | null): void {
    const status = event.data['status'] ?? null;
    const jobId = event.data['job_id'] ?? null;
    this.#records.push({ at: this.#clock.now(), merchant: event.merchant, event: event.event, status, jobId, attempt, outcome, httpStatus });
    if (this.#records.length > deliveriesKept) this.#records.shift();
    this.#writeLine(`webhook ${event.event} ${status ?? ''} ${jobId ?? ''}: ${outcome}${httpStatus === null ? '' : ` (HTTP ${httpStatus})`}`);
  }
}

/** Undefined for a delivery that goes out without a signature. */
function sign(subscription: Subscription, fault: WebhookFault, body: string): string | undefined {
  if (subscription.secretKey === undefined || fault.mode === 'unsigned') return undefined;
  return signatureOf(body, fault.mode === 'wrong_signature' ? `not ${subscription.secretKey}` : subscription.secretKey);
}
