import { aeropayV1 } from './stand-in/aeropay-v1.ts';
import { aeropay, type AeropayForms } from './stand-in/aeropay.ts';
import { aerosync, type Aerosync, type AerosyncForms, type StandInBank } from './stand-in/aerosync.ts';
import { serveProduct, type CallRecord, type StandInReply } from './stand-in/http-server.ts';
import { StandInPeople } from './stand-in/people.ts';
import { sendWebhook, type WebhookSubscription } from './stand-in/send-webhook.ts';
import { Tokens } from './stand-in/tokens.ts';

export interface StandInOptions {
  /** Of each merchant; every other pair is refused, and any is taken when absent. */
  readonly credentials?: readonly Readonly<Record<'aeropay' | 'aerosync', { readonly apiKey: string; readonly apiSecret: string }>>[];
  readonly knownPhones?: readonly string[];
  readonly oneTimeCode?: string;
  readonly forms?: Partial<AeropayForms & AerosyncForms>;
}

export interface StandIn {
  /** Without a path. */
  readonly aeropayUrl: string;
  /** Without a path. */
  readonly aerosyncUrl: string;
  readonly calls: readonly CallRecord[];
  /** Every bearer and widget token that was handed out. */
  readonly tokens: readonly string[];
  /** The HTTP status of every webhook that was answered. */
  readonly deliveries: readonly number[];
  readonly link: (aeroPassUserUuid: string, bank?: Partial<StandInBank>) => ReturnType<Aerosync['link']>;
  readonly answer: Aerosync['answer'];
  /** From now on events are delivered there; nowhere before. */
  readonly subscribe: (subscription: WebhookSubscription) => void;
  /** The API tokens of Aerosync that were handed out so far are refused with AC-001. */
  readonly expireApiTokens: () => void;
  /** The next such call is answered with this, and has no effect. */
  readonly breakNext: (product: 'aeropay' | 'aerosync', method: string, pathEnd: string, reply: StandInReply) => void;
  readonly close: () => Promise<void>;
}

/**
 * A second upstream, written from the reference alone and sharing no code with the simulator or with aerobridge: two servers, each at the root
 * of its own port, that take the other side wherever the reference leaves a choice or contradicts itself, and add fields nobody documents.
 */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { credentials, knownPhones = [], oneTimeCode = '482916', forms } = options;
  const calls: CallRecord[] = [];
  const deliveries: number[] = [];
  const tokens = new Tokens();
  let subscription: WebhookSubscription | undefined;
  const takes = (product: 'aeropay' | 'aerosync') => (apiKey: unknown, apiSecret: unknown): boolean => {
    if (credentials === undefined) return typeof apiKey === 'string' && typeof apiSecret === 'string' && apiKey !== '' && apiSecret !== '';
    return credentials.some((merchant) => apiKey === merchant[product].apiKey && apiSecret === merchant[product].apiSecret);
  };

  const spoken = { knownPerson: 'guide', tokenKeys: 'camel', writing: 'newer', ...forms } as const;
  const people = new StandInPeople(knownPhones);
  const pay = { tokens, people, oneTimeCode, takes: takes('aeropay') };
  const sync = aerosync({
    forms: spoken,
    tokens,
    takes: takes('aerosync'),
    knowsPerson: (uuid) => people.find(uuid)?.confirmed === true,
    onState: ({ kind, jobId, connectionId, status }) => {
      if (subscription === undefined) return;
      const data = { status, job_id: jobId, connection_id: connectionId, user_id: connectionId, institution: null };
      const isTerse = spoken.writing === 'terse';
      sendWebhook(subscription, isTerse ? `job.${status}` : `job.${kind}`, isTerse ? { jobId } : data).then((answer) => deliveries.push(answer), () => deliveries.push(0));
    },
  });
  const record = (call: CallRecord): void => void calls.push(call);
  const servers = { aeropay: await serveProduct('aeropay', [...aeropay({ ...pay, forms: spoken }), ...aeropayV1({ ...pay, widgetUrl: 'https://sandbox.aerosync.com' })], record), aerosync: await serveProduct('aerosync', sync.routes, record) };

  return {
    aeropayUrl: servers.aeropay.url,
    aerosyncUrl: servers.aerosync.url,
    calls,
    tokens: tokens.issued,
    deliveries,
    link: (aeroPassUserUuid, bank) => sync.link(aeroPassUserUuid, { jobSeconds: 0.4, asks: false, ends: 'completed', ...bank }),
    answer: sync.answer,
    subscribe: (given) => {
      subscription = given;
    },
    expireApiTokens: () => tokens.revoke('api'),
    breakNext: (product, method, pathEnd, reply) => servers[product].breakNext(method, pathEnd, reply),
    close: async () => {
      subscription = undefined;
      sync.close();
      await Promise.all([servers.aeropay.close(), servers.aerosync.close()]);
    },
  };
}
