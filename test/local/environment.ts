import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { startLocalEnvironment, type LocalEnvironment, type LocalEnvironmentOptions } from '../../scripts/local-environment.ts';
import { ApiClient } from '../support/api-client.ts';
import { SimulatorControl } from './simulator-control.ts';

export type OutputLine = Parameters<NonNullable<LocalEnvironmentOptions['onOutput']>>[0];

export interface TestEnvironment {
  readonly endpoints: LocalEnvironment['endpoints'];
  /** The folder with `endpoints.json`. */
  readonly folder: string;
  /** Every line that a function wrote so far. */
  readonly output: readonly OutputLine[];
  /** The first merchant, whose name upstream is `one`. */
  readonly api: ApiClient;
  /** The second, `two`. */
  readonly otherApi: ApiClient;
  /** For the people and calls of all merchants. */
  readonly simulator: SimulatorControl;
  /** For another key, or for none. */
  readonly client: (apiKey?: string) => ApiClient;
}

type Overrides = Pick<LocalEnvironmentOptions, 'aeropayBaseUrl' | 'aerosyncBaseUrl' | 'credentials'>;

/** Boots one local cloud for a test file, beside the simulator unless `overrides` name another upstream, and closes it at the end. */
export function testEnvironment(overrides: () => Promise<Overrides> = async () => ({})): () => TestEnvironment {
  let environment: TestEnvironment | undefined;
  beforeAll(async () => {
    const started = await start(await overrides());
    environment = started.environment;
    return started.close;
  });
  // A fault of ours is told to no caller: what the functions said of it is what one needs to see.
  afterEach(({ task }) => {
    const errors = environment?.output.filter(({ text }) => text.includes('"level":"ERROR"')) ?? [];
    if (task.result?.state === 'fail') for (const { functionName, text } of errors.slice(-5)) console.error(`${functionName}: ${text}`);
  });
  return () => {
    if (environment === undefined) throw new Error('the local cloud is not booted yet');
    return environment;
  };
}

async function start(overrides: Overrides): Promise<{ environment: TestEnvironment; close: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-local-'));
  const output: OutputLine[] = [];
  const local = await startLocalEnvironment({ assembly: inject('assembly'), port: 0, simulatorPort: 0, folder, onOutput: (line) => output.push(line), ...overrides });
  const { endpoints } = local;
  const client = (apiKey?: string) => new ApiClient({ apiUrl: endpoints.apiUrl, ...(apiKey !== undefined && { apiKey }) });
  return {
    environment: { endpoints, folder, output, client, api: client(endpoints.apiKey), otherApi: client(endpoints.otherMerchant.apiKey), simulator: new SimulatorControl(endpoints.simulatorUrl) },
    close: async () => {
      await local.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Closes what a test file started besides its environment. */
export function closeAfterAll(close: () => Promise<void>): void {
  afterAll(close);
}
