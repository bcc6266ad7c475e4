import path from 'node:path';
import * as z from 'zod';
import { bootLocalCloud } from '../local/boot-local-cloud.ts';
import type { LocalCloud, LocalCloudOptions } from '../local/local-cloud.ts';
import { pacedClock, type Pace } from '../local/pace.ts';
import { writeEndpoints } from '../local/write-endpoints.ts';
import { startSimulator, type Simulator } from '../simulator/start-simulator.ts';
import { localCredentials, simulatorCredentials, type Elsewhere, type GivenCredentials } from './local-credentials.ts';
import { keepMerchants, readKeptMerchants } from './kept-merchants.ts';
import { output, seedMerchants, type Seeded } from './seed-merchants.ts';

export interface LocalEnvironmentOptions {
  /** The synthesised dev stage. */
  readonly assembly: string;
  /** Of the API; 0 takes a free one. */
  readonly port: number;
  /** Of the simulator; 0 takes a free one. */
  readonly simulatorPort: number;
  /** Another upstream than the simulator, without `/v2`. */
  readonly aeropayBaseUrl?: string | undefined;
  readonly aerosyncBaseUrl?: string | undefined;
  /** Credentials at that upstream. */
  readonly credentials?: GivenCredentials | undefined;
  /** Where `endpoints.json` goes. */
  readonly folder: string;
  /** Keeps everything from one start to the next, the simulator's state and the merchants included; all is forgotten when absent. */
  readonly data?: string | undefined;
  readonly onOutput?: LocalCloudOptions['onOutput'];
  readonly onSimulatorLine?: ((line: string) => void) | undefined;
  /** Faster time for all that runs here, the simulator included. */
  readonly pace?: Pace | undefined;
  readonly intercept?: LocalCloudOptions['intercept'];
  readonly maxThreads?: LocalCloudOptions['maxThreads'];
  /** Says where upstream's webhooks for a URL of ours are sent, for something that stands in between; to the URL itself when absent. */
  readonly webhooksVia?: ((url: string) => string) | undefined;
}

const merchantEndpoints = z.object({ merchantId: z.string(), apiKey: z.string() });

/** `.local/endpoints.json`, for scripts, tests and people (architecture §8). */
export const endpoints = z.object({
  apiUrl: z.string(),
  ...merchantEndpoints.shape,
  otherMerchant: merchantEndpoints,
  olderMerchant: merchantEndpoints.extend({ webhookUrl: z.string(), webhookSecret: z.string() }),
  noScopeKey: z.string(),
  webhookUrl: z.string(),
  webhookSecret: z.string(),
  /** Null where another upstream stands in. */
  simulatorUrl: z.string().nullable(),
  /** Null until there is a console. */
  consoleUrl: z.string().nullable(),
  dynamodbUrl: z.string(),
  sfnUrl: z.string(),
  stateMachineArn: z.string(),
  tables: z.record(z.string(), z.string()),
});
export type Endpoints = z.infer<typeof endpoints>;

export interface LocalEnvironment {
  readonly endpoints: Endpoints;
  /** Where `endpoints.json` was written. */
  readonly file: string;
  readonly cloud: LocalCloud;
  /** Values of functions' variables that differ from the assembly's. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves with a sentence if something that it needs ends by itself. */
  readonly failure: Promise<Error>;
  close(): Promise<void>;
}

/** Boots the synthesised app, the simulator behind it, and three merchants, and writes `endpoints.json` once everything answers. */
export async function startLocalEnvironment(options: LocalEnvironmentOptions): Promise<LocalEnvironment> {
  // Functions on AWS run in UTC, and the threads here share the process's zone.
  process.env['TZ'] = 'UTC';
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const simulator = await simulatorFor(options);
    if (simulator !== undefined) closers.push(() => simulator.close());
    const environment = {
      AEROPAY_BASE_URL: options.aeropayBaseUrl ?? simulator?.aeropayUrl ?? '',
      AEROSYNC_BASE_URL: options.aerosyncBaseUrl ?? simulator?.aerosyncUrl ?? '',
    };
    const cloud = await bootLocalCloud({
      assembly: options.assembly,
      port: options.port,
      data: options.data,
      environment,
      pace: options.pace,
      intercept: options.intercept,
      maxThreads: options.maxThreads,
      ...(options.onOutput !== undefined && { onOutput: options.onOutput }),
    });
    closers.push(() => cloud.close());
    const seeded = await seedMerchants(cloud, localCredentials(options.credentials, elsewhere(options)), options.data === undefined ? undefined : readKeptMerchants(options.data));
    if (options.data !== undefined) keepMerchants(options.data, seeded);
    if (simulator !== undefined) subscribeWebhooks(simulator, cloud, seeded, options.webhooksVia ?? ((url) => url));
    simulator?.release();
    const written = endpointsOf(cloud, simulator, seeded);
    return { endpoints: written, file: writeEndpoints(options.folder, written), cloud, environment, failure: cloud.failure, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It serves whichever of the two upstreams nobody stands in for. Held, since webhooks of an earlier start must go to the URL of this one. */
async function simulatorFor(options: LocalEnvironmentOptions): Promise<Simulator | undefined> {
  const isElsewhere = elsewhere(options);
  if (isElsewhere.aeropay && isElsewhere.aerosync) return undefined;
  const { merchant, otherMerchant, olderMerchant } = simulatorCredentials(options.credentials, isElsewhere);
  const clock = options.pace && pacedClock(options.pace);
  return startSimulator({
    ...(clock !== undefined && { now: () => clock.now(), setTimer: (run: () => void, ms: number) => clock.setTimer(ms, run) }),
    port: options.simulatorPort,
    held: true,
    ...(options.data !== undefined && { data: path.join(options.data, 'simulator') }),
    merchants: [
      { name: 'one', ...merchant },
      { name: 'two', ...otherMerchant },
      { name: 'three', ...olderMerchant },
    ],
    ...(options.onSimulatorLine !== undefined && { log: options.onSimulatorLine }),
  });
}

function elsewhere({ aeropayBaseUrl, aerosyncBaseUrl }: LocalEnvironmentOptions): Elsewhere {
  return { aeropay: aeropayBaseUrl !== undefined, aerosync: aerosyncBaseUrl !== undefined };
}

function subscribeWebhooks(simulator: Simulator, cloud: LocalCloud, { merchant, otherMerchant, olderMerchant }: Seeded, via: (url: string) => string): void {
  const names = { one: merchant, two: otherMerchant, three: olderMerchant };
  for (const [name, { merchantId, webhookSecret }] of Object.entries(names)) simulator.setWebhook(name, { url: via(webhookUrl(cloud, merchantId)), secretKey: webhookSecret });
}

function webhookUrl(cloud: LocalCloud, merchantId: string): string {
  return `${cloud.apiUrl}/webhooks/aerosync/${merchantId}`;
}

function endpointsOf(cloud: LocalCloud, simulator: Simulator | undefined, { merchant, otherMerchant, olderMerchant }: Seeded): Endpoints {
  return {
    apiUrl: cloud.apiUrl,
    apiKey: merchant.apiKey,
    merchantId: merchant.merchantId,
    otherMerchant: { merchantId: otherMerchant.merchantId, apiKey: otherMerchant.apiKey },
    olderMerchant: { ...olderMerchant, webhookUrl: webhookUrl(cloud, olderMerchant.merchantId) },
    noScopeKey: merchant.noScopeKey,
    webhookUrl: webhookUrl(cloud, merchant.merchantId),
    webhookSecret: merchant.webhookSecret,
    simulatorUrl: simulator?.url ?? null,
    consoleUrl: null,
    dynamodbUrl: cloud.dynamodbUrl,
    sfnUrl: cloud.toolsUrl,
    stateMachineArn: output(cloud, 'JobMachineArn'),
    tables: Object.fromEntries(['users', 'connections', 'jobs', 'results', 'access', 'events'].map((name) => [name, output(cloud, `${name.charAt(0).toUpperCase()}${name.slice(1)}Table`)])),
  };
}
