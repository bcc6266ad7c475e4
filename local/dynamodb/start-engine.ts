import { LocalCloudError } from '../local-cloud-error.ts';
import { freePort } from '../free-port.ts';
import { makePrivateFolder } from '../store/make-private-folder.ts';
import { findDynoxide } from './find-dynoxide.ts';
import { findJavaEngine } from './find-java-engine.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { spawnGuarded } from './spawn-guarded.ts';

export type EngineChoice = 'dynoxide' | 'java' | { readonly endpoint: string };

export interface Engine {
  readonly kind: 'dynoxide' | 'java' | 'given';
  readonly url: string;
  readonly client: EngineClient;
  /** Resolves, with a sentence, when the engine ends although nobody stopped it; never for an engine that was given. */
  readonly failed: Promise<LocalCloudError>;
  stop(): Promise<void>;
}

/** How to run an engine that comes with the project. */
export interface EngineProgram {
  readonly program: string;
  /** The address of this machine at which it can be reached. */
  readonly host: string;
  /** @param data a folder to keep the rows in, which is there; nothing is kept without one */
  readonly args: (port: number, data: string | undefined) => string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const startLimitMs = 20_000;

/**
 * Starts DynamoDB: the endpoint given by the environment if there is one, else dynoxide, else Amazon's DynamoDB Local
 * where Java is present. A choice leaves no alternative.
 * @param data a folder in which the engine keeps its rows; an endpoint that is given keeps its own. Nothing is kept without one.
 */
export async function startEngine(choice: EngineChoice | undefined, environment: Readonly<Record<string, string | undefined>>, { data, platform = `${process.platform}-${process.arch}` }: { data?: string | undefined; platform?: string } = {}): Promise<Engine> {
  if (typeof choice === 'object') return given(choice.endpoint);
  const endpoint = environment['AWS_ENDPOINT_URL_DYNAMODB'];
  if (choice === undefined && endpoint !== undefined && endpoint !== '') return given(endpoint);
  if (choice !== 'java') {
    const dynoxide = findDynoxide(platform);
    if (dynoxide !== undefined) return run('dynoxide', dynoxide, data);
    if (choice === 'dynoxide') throw new LocalCloudError(`@dynoxide/${platform} is not installed: install it, or leave the choice of the engine open.`);
  }
  const java = await findJavaEngine(environment);
  if (java !== undefined) return run('java', java, data);
  if (choice === 'java') throw new LocalCloudError('Amazon’s DynamoDB Local needs Java 17 or later: install it, or leave the choice of the engine open.');
  throw new LocalCloudError(`There is no DynamoDB for ${platform}: install Java 17 or later, or set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB endpoint.`);
}

async function given(endpoint: string): Promise<Engine> {
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== 'http:') throw new LocalCloudError('The DynamoDB endpoint must be an http:// URL, for example http://127.0.0.1:8000.');
  const client = createEngineClient(endpoint);
  const answers = await client.call('ListTables', {}).then((reply) => reply.ok, () => false);
  if (!answers) throw new LocalCloudError('The given DynamoDB endpoint does not answer ListTables: start it, or unset AWS_ENDPOINT_URL_DYNAMODB.');
  return {
    kind: 'given',
    url: endpoint,
    client,
    failed: new Promise(() => {}),
    stop: async () => client.close(),
  };
}

/** Between finding a free port and listening on it, another program may take it. */
const portTries = 5;

async function run(kind: 'dynoxide' | 'java', engine: EngineProgram, data: string | undefined): Promise<Engine> {
  if (data !== undefined) makePrivateFolder(data);
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(kind, engine, data);
    } catch (error) {
      const portWasTaken = error instanceof LocalCloudError && /already in use/i.test(error.message);
      if (!portWasTaken || tries === portTries) throw error;
    }
  }
}

async function runOnce(kind: 'dynoxide' | 'java', { program, host, args, env, cwd }: EngineProgram, data: string | undefined): Promise<Engine> {
  const port = await freePort(host);
  const child = spawnGuarded(program, args(port, data), env, cwd);
  let stopping = false;
  const failed = new Promise<LocalCloudError>((resolve) => {
    void child.ended.then(({ code, stderr }) => {
      if (!stopping) resolve(new LocalCloudError(`The DynamoDB engine (${kind}) ended with code ${code ?? 'none'}: start again. It said: ${stderr.trim().split('\n').at(-1) ?? ''}`));
    });
  });
  const url = `http://${host}:${port}`;
  const client = createEngineClient(url);
  const stop = async (): Promise<void> => {
    stopping = true;
    client.close();
    await child.stop();
  };
  const problem = await Promise.race([failed, untilItAnswers(client, kind)]);
  if (problem === undefined) return { kind, url, client, failed, stop };
  await stop();
  throw problem;
}

async function untilItAnswers(client: EngineClient, kind: string): Promise<LocalCloudError | undefined> {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    const answers = await client.call('ListTables', {}).then((reply) => reply.ok, () => false);
    if (answers) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return new LocalCloudError(`The DynamoDB engine (${kind}) did not answer within ${startLimitMs / 1000} s: start again.`);
}
