import { fastify, type FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { SetTimer } from './agenda.ts';
import { CallLog } from './call-log.ts';
import type { Side } from './contradictions/contradiction-table.ts';
import { controlRoutes } from './control/control-routes.ts';
import { serveControl } from './control/serve-control.ts';
import { HttpFaults } from './faults/http-faults.ts';
import { simulatedMerchant, type SimulatedMerchant } from './merchants.ts';
import { pathOf, serveCalls } from './serve-calls.ts';
import { createSimulation, type Simulation } from './simulation.ts';
import { Journal } from './store/journal.ts';
import type { TokenLifetimes } from './tokens.ts';
import { upstreamCalls } from './upstream-calls.ts';
import { serveWidget } from './widget/serve-widget.ts';

const host = '127.0.0.1';

export interface SimulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly merchants: readonly SimulatedMerchant[];
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly now?: () => number;
  /** Calls back after real milliseconds and returns how to stop it; setTimeout when absent. */
  readonly setTimer?: SetTimer;
  /** The same ids at every start. */
  readonly seed?: number;
  /** A folder that keeps people, connections, jobs, subscriptions and the clock from one start to the next; absent: all is forgotten. */
  readonly data?: string;
  /** Nothing that is planned happens, and no webhook goes out, until `release`: for one who has to say first where webhooks go. */
  readonly held?: boolean;
  /** Seconds that tokens live; 1800 for kinds that are not named. */
  readonly tokenLifetimes?: TokenLifetimes;
  /** Which side of a contradiction upstream is on, by its number. */
  readonly contradictions?: Readonly<Record<number, Side>>;
  /** Hears one line per upstream call and webhook; never a secret, a token or personal data. */
  readonly log?: (line: string) => void;
}

export interface Simulator {
  /** Origin of the control plane and of the hosted widget, without a trailing slash. */
  readonly url: string;
  /** Base URL of Aeropay, without `/v2`: that of v1 and v1.1. */
  readonly aeropayUrl: string;
  /** Base URL of Aerosync, without `/v2`. */
  readonly aerosyncUrl: string;
  /** Base URL of Aerosync's webhook management, which has no `/v2`. */
  readonly webhookManagementUrl: string;
  addMerchant(merchant: SimulatedMerchant): void;
  /** Says where a merchant's webhooks go from now on, for a receiver whose URL is not known at the start. */
  setWebhook(merchant: string, webhook: NonNullable<SimulatedMerchant['webhook']>): void;
  /** Ends `held`: what fell due meanwhile happens now. */
  release(): void;
  close(): Promise<void>;
}

/** Starts Aeropay and Aerosync on 127.0.0.1 and resolves once they answer. A port in use is one clear sentence. What was due meanwhile happens then. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let url = '';
  const writeLine = options.log ?? ignore;
  const journal = options.data === undefined ? undefined : new Journal(options.data);
  try {
    const simulation = setUp(options, journal, writeLine, () => url);
    const app = createServer(simulation, writeLine);
    url = await app.listen({ host, port: options.port ?? 0 }).catch((error: unknown) => {
      throw inWords(error, options.port ?? 0);
    });
    if (options.held !== true) simulation.agenda.open();
    return handle(url, simulation, async () => {
      await app.close();
      journal?.close();
    });
  } catch (error) {
    journal?.close();
    throw error;
  }
}

function setUp(options: SimulatorOptions, journal: Journal | undefined, writeLine: (line: string) => void, widgetOrigin: () => string): Simulation {
  const simulation = createSimulation({
    now: options.now ?? Date.now,
    setTimer: options.setTimer ?? setRealTimer,
    seed: options.seed,
    writeLine,
    widgetOrigin,
    tokenLifetimes: options.tokenLifetimes,
    journal,
  });
  for (const [number, side] of Object.entries(options.contradictions ?? {})) simulation.contradictions.choose(Number(number), side);
  for (const merchant of options.merchants) addMerchant(simulation, merchant);
  return simulation;
}

function handle(url: string, simulation: Simulation, stop: () => Promise<void>): Simulator {
  return {
    url,
    aeropayUrl: `${url}/aeropay`,
    aerosyncUrl: `${url}/aerosync`,
    webhookManagementUrl: `${url}/webhook-management`,
    addMerchant: (merchant) => addMerchant(simulation, merchant),
    setWebhook: (name, webhook) => subscribe(simulation, name, webhook),
    release: () => simulation.agenda.open(),
    close: async () => {
      simulation.webhooks.close();
      simulation.agenda.close();
      await stop();
    },
  };
}

function createServer(simulation: Simulation, writeLine: (line: string) => void): FastifyInstance {
  const log = new CallLog(simulation.clock, writeLine);
  const faults = new HttpFaults();
  const calls = upstreamCalls(simulation);
  // A caller that keeps its connections open must not keep the simulator from closing.
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // A page of a foreign site can call 127.0.0.1 under a name of its own (DNS rebinding), or post plain text to it; it cannot forge these headers.
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    const own = [`127.0.0.1:${request.socket.localPort ?? ''}`, `localhost:${request.socket.localPort ?? ''}`];
    if (host === undefined || !own.includes(host)) return reply.code(403).send({ error: 'This server answers only to 127.0.0.1 and localhost: call it by one of those names.' });
    const foreign = origin !== undefined && !own.includes(origin.replace(/^https?:\/\//, ''));
    if (foreign && request.url.startsWith('/sim/') && request.method !== 'GET') return reply.code(403).send({ error: 'A page of another origin may not change the simulator: call it from a program.' });
    return undefined;
  });
  serveCalls(app, calls, { simulation, faults, log });
  serveWidget(app, simulation);
  serveControl(app, controlRoutes({ simulation, faults, log, calls }), simulation.agenda);
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    if (/^\/(aeropay|aerosync|webhook-management)\//.test(path)) {
      log.add({ call: 'unknown', method: request.method, path, merchant: null, status: 404, code: null, fault: null });
    }
    return reply.code(404).send({ message: 'Not Found' });
  });
  return app;
}

function addMerchant(simulation: Simulation, given: SimulatedMerchant): void {
  const merchant = simulatedMerchant.parse(given);
  simulation.merchants.add(merchant);
  if (merchant.webhook !== undefined) subscribe(simulation, merchant.name, merchant.webhook);
}

function subscribe({ merchants, subscriptions }: Simulation, name: string, webhook: NonNullable<SimulatedMerchant['webhook']>): void {
  const merchant = merchants.named(name);
  if (merchant === undefined) throw new Error(`There is no merchant "${name}": add it first.`);
  subscriptions.register({ merchant: name, merchantId: merchant.aeropay.merchantId, url: webhook.url, secretKey: webhook.secretKey });
}

const listenError = z.object({ code: z.string() });

function inWords(error: unknown, port: number): Error {
  const inUse = listenError.safeParse(error).data?.code === 'EADDRINUSE';
  const sentence = inUse ? `Port ${port} on ${host} is in use: stop what listens there or choose another port.` : `The simulator cannot listen on ${host}:${port}.`;
  return new Error(sentence, { cause: error });
}

function setRealTimer(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

function ignore(): void {
  // nobody listens
}
