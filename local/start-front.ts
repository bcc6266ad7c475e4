import path from 'node:path';
import { readAssembly } from './assembly/read-assembly.ts';
import { createFunctions } from './functions/functions.ts';
import { createGateway, createGatewayServer, type Gateway } from './http-api/gateway.ts';
import { listen } from './listen.ts';
import type { LocalCloud } from './local-cloud.ts';
import { readDefinitions } from './read-definitions.ts';
import { systemClock } from './states/clock.ts';

export interface FrontOptions {
  /** The folder that the local cloud was booted from. */
  readonly assembly: string;
  /** What the functions get as AWS's endpoint, and the key that they call it with. */
  readonly cloud: Pick<LocalCloud, 'endpointUrl' | 'adminCredentials'>;
  /** Other values for variables that functions declare: those of the local cloud. */
  readonly environment: Readonly<Record<string, string>>;
  readonly maxThreads: number;
}

/**
 * Another gateway of the first HTTP API, with functions of its own, before the tables, secrets and state machines of a local cloud that runs already: in this process or
 * in another one.
 */
export async function startFront({ assembly, cloud, environment, maxThreads }: FrontOptions): Promise<Pick<LocalCloud, 'apiUrl' | 'close'>> {
  const gateways: Gateway[] = [];
  const stacks = readAssembly(assembly);
  const listener = await listen(createGatewayServer(() => gateways[0]), 0);
  const definitions = readDefinitions(stacks, [listener.url], environment);
  const functions = createFunctions({
    definitions: definitions.functions,
    identities: { ofFunction: (name, roleArn) => ({ kind: 'function', name, roleArn, ...cloud.adminCredentials }) },
    endpointUrl: cloud.endpointUrl,
    compileCache: path.resolve(assembly, '.compile-cache'),
    clock: systemClock,
    pace: undefined,
    maxThreads,
    onOutput: () => {},
  });
  const [api] = definitions.apis;
  if (api !== undefined) gateways.push(createGateway({ api, clock: systemClock, invoke: (reference, event) => functions.invoke(reference, event) }));
  return {
    apiUrl: listener.url,
    close: async () => {
      await listener.close();
      await functions.close();
    },
  };
}
