import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalEnvironment, type Endpoints, type LocalEnvironment } from '../../scripts/local-environment.ts';
import { interceptNothing, type Intercept } from '../../local/endpoint/intercept.ts';
import { pacedClock } from '../../local/pace.ts';
import { systemClock, type Clock } from '../../local/states/clock.ts';
import { ApiClient } from '../support/api-client.ts';
import { SimulatorControl } from '../local/simulator-control.ts';
import { startWebhookNetwork, type WebhookNetwork } from './webhook-network.ts';

/** One local cloud with its simulator, and everything through which a row makes things go wrong. */
export interface World {
  readonly assembly: string;
  readonly endpoints: Endpoints;
  /** What another process needs to work beside this one. */
  readonly cloud: LocalEnvironment['cloud'];
  readonly environment: LocalEnvironment['environment'];
  readonly api: ApiClient;
  /** Says for each request of the API where it goes. */
  readonly chooseApiUrl: (choose: () => string) => void;
  readonly simulator: SimulatorControl;
  readonly network: WebhookNetwork;
  readonly clock: Clock;
  /** Decides about every call of functions and of the state machine. */
  intercept: Intercept;
  /** Calls of Aerosync so far, without those for tokens. */
  readonly upstreamCalls: () => number;
  /** What functions wrote as errors, for whoever looks for a reason. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly assembly: string;
  /** How many times faster than the wall's the clock runs; 1 is the wall's. */
  readonly factor: number;
  /** Of one function at once. */
  readonly maxThreads: number;
}

/** Boots a world of its own, so that no row sees what another one left behind. */
export async function bootWorld({ assembly, factor, maxThreads }: WorldOptions): Promise<World> {
  const pace = factor === 1 ? undefined : { since: Date.now(), factor };
  const clock = pace === undefined ? systemClock : pacedClock(pace);
  const network = await startWebhookNetwork(clock);
  const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-faults-'));
  const errors: string[] = [];
  let upstreamCalls = 0;
  const state: { intercept: Intercept } = { intercept: interceptNothing };
  const local = await startLocalEnvironment({
    assembly, port: 0, simulatorPort: 0, folder, pace, maxThreads,
    webhooksVia: network.via,
    intercept: (call) => state.intercept(call),
    onOutput: ({ functionName, text }) => {
      if (text.includes('"level":"ERROR"') || text.includes('Uncaught') || text.includes('given up')) errors.push(`${functionName}: ${text}`);
    },
    onSimulatorLine: (line) => {
      if (/^[A-Z]+ \/aerosync\/v2\/(accounts|job)\//.test(line)) upstreamCalls += 1;
    },
  });
  const { endpoints, cloud, environment } = local;
  const target = { choose: () => endpoints.apiUrl };
  return {
    assembly, endpoints, cloud, environment, network, clock, errors,
    api: new ApiClient({
      get apiUrl() {
        return target.choose();
      },
      apiKey: endpoints.apiKey,
    }),
    chooseApiUrl: (choose) => {
      target.choose = choose;
    },
    simulator: new SimulatorControl(endpoints.simulatorUrl),
    get intercept() {
      return state.intercept;
    },
    set intercept(intercept) {
      state.intercept = intercept;
    },
    upstreamCalls: () => upstreamCalls,
    close: async () => {
      await network.close();
      await local.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
