import { createHash } from 'node:crypto';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { listen } from '../../local/listen.ts';
import type { Clock } from '../../local/states/clock.ts';

/** One delivery of upstream's, on its way to us. */
export interface Delivery {
  readonly status: string | undefined;
  readonly connectionId: string | undefined;
  readonly upstreamJobId: string | undefined;
  /** From 0 up to 1, the same for the same delivery. */
  readonly chance: number;
}

/** A copy that is handed on: so much later, as it is or with another signature. */
export interface Copy {
  readonly afterMs: number;
  readonly signature?: 'right' | 'wrong' | 'none';
}

/** What becomes of a delivery: the copies that are handed on. None: it is lost. */
export type Fate = (delivery: Delivery) => readonly Copy[];

export const asItComes: Fate = () => [{ afterMs: 0 }];

/** The network between upstream and our webhook route. Upstream is always told 200 at once: what is lost here, upstream never hears of. */
export interface WebhookNetwork {
  /** The URL that upstream is to send to, so that what arrives goes on to `target`. */
  readonly via: (target: string) => string;
  fate: Fate;
  /** Sends each copy on to where this leads from the URL it was for. */
  readonly redirect: (to: (target: string) => string) => void;
  /** Upstream jobs that were started, by connection: the truth about doubled creates, taken before anything is lost. */
  readonly started: ReadonlyMap<string, ReadonlySet<string>>;
  /** Copies that were handed on, by the HTTP status of our answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** Hands on at once whatever is still to come. */
  readonly hurry: () => void;
  /** Resolves when nothing is under way any more. */
  readonly quiet: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const body = z.looseObject({ data: z.looseObject({ status: z.string().optional(), connection_id: z.string().optional(), job_id: z.string().optional() }).optional() });

/** @param clock of the delays */
export async function startWebhookNetwork(clock: Clock): Promise<WebhookNetwork> {
  const started = new Map<string, Set<string>>();
  const answers = new Map<number, number>();
  const waiting = new Map<symbol, () => void>();
  const cancels = new Map<symbol, () => void>();
  const sending = new Set<Promise<void>>();
  let isClosed = false;
  const network = { fate: asItComes, redirected: (target: string) => target };

  const server = http.createServer((request, response) => {
    void text(request).then((raw) => {
      response.writeHead(200).end();
      const target = decodeURIComponent((request.url ?? '/').slice(1));
      const signature = request.headers['x-webhook-signature'];
      const delivery = readDelivery(raw);
      if (delivery.connectionId !== undefined && delivery.upstreamJobId !== undefined) {
        started.set(delivery.connectionId, (started.get(delivery.connectionId) ?? new Set()).add(delivery.upstreamJobId));
      }
      for (const copy of network.fate(delivery)) plan(target, raw, typeof signature === 'string' ? signature : undefined, copy);
    });
  });

  function plan(target: string, raw: string, signature: string | undefined, { afterMs, signature: as = 'right' }: Copy): void {
    const id = Symbol();
    const handOver = (): void => {
      cancels.get(id)?.();
      cancels.delete(id);
      waiting.delete(id);
      const hand = handOn(target, raw, as === 'right' ? signature : as === 'wrong' ? `sha256=${'0'.repeat(64)}` : undefined);
      sending.add(hand);
      void hand.finally(() => sending.delete(hand));
    };
    waiting.set(id, handOver);
    cancels.set(id, clock.setTimer(afterMs, handOver));
  }

  /** As upstream does: three attempts, the later ones after 2 and 4 seconds, until an answer is a 2xx. A wrong signature is sent once. */
  async function handOn(target: string, raw: string, signature: string | undefined): Promise<void> {
    for (const waitMs of [2_000, 4_000, 0]) {
      const status = await post(network.redirected(target), raw, signature);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if ((status >= 200 && status < 300) || status === 401 || waitMs === 0 || isClosed) return;
      await new Promise<void>((resolve) => clock.setTimer(waitMs, resolve));
    }
  }

  const listener = await listen(server, 0);
  return {
    via: (target) => `${listener.url}/${encodeURIComponent(target)}`,
    get fate() {
      return network.fate;
    },
    set fate(fate) {
      network.fate = fate;
    },
    redirect: (to) => {
      network.redirected = to;
    },
    started,
    answers,
    hurry: () => {
      for (const handOver of [...waiting.values()]) handOver();
    },
    quiet: async () => {
      while (cancels.size + sending.size > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    close: async () => {
      isClosed = true;
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
      await listener.close();
    },
  };
}

/** 0 when no answer came. */
async function post(target: string, raw: string, signature: string | undefined): Promise<number> {
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(signature !== undefined && { 'x-webhook-signature': signature }) },
      body: raw,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function readDelivery(raw: string): Delivery {
  const { data } = body.parse(JSON.parse(raw));
  return {
    status: data?.status,
    connectionId: data?.connection_id?.replaceAll('-', '').toLowerCase(),
    upstreamJobId: data?.job_id,
    chance: createHash('sha256').update(raw).digest().readUInt32BE() / 2 ** 32,
  };
}
