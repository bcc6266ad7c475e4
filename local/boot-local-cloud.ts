import path from 'node:path';
import { keyByLogicalId } from './assembly/key-by-logical-id.ts';
import { readAssembly } from './assembly/read-assembly.ts';
import { createTables, type TableKeeper } from './dynamodb/create-tables.ts';
import { startEngine, type Engine } from './dynamodb/start-engine.ts';
import { createAwsEndpoint } from './endpoint/aws-endpoint.ts';
import { interceptNothing } from './endpoint/intercept.ts';
import { createEventBus } from './events/event-bus.ts';
import { createFunctions } from './functions/functions.ts';
import { createGateway, createGatewayServer, type Gateway } from './http-api/gateway.ts';
import { allowEveryKnownIdentity } from './iam/authorize.ts';
import { createIdentities } from './iam/identities.ts';
import { listen, type Listener } from './listen.ts';
import type { LocalCloud, LocalCloudOptions } from './local-cloud.ts';
import { createOutside } from './machines/call-outside.ts';
import { createMachines } from './machines/create-machines.ts';
import { pacedClock } from './pace.ts';
import { readDefinitions } from './read-definitions.ts';
import { createSecretsManager } from './secrets/secrets-manager.ts';
import { systemClock } from './states/clock.ts';
import { createStates } from './states/states.ts';
import { lockFolder } from './store/lock-folder.ts';
import { createEventSourceMappings } from './streams/event-source-mappings.ts';

/** Boots a synthesised CDK assembly. Rejects with a LocalCloudError, having closed everything, when something is not as it must be. */
export async function bootLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    const problems: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer();
      } catch (problem) {
        problems.push(problem); // the rest is to be closed all the same
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, 'The local cloud did not close cleanly.');
  };
  try {
    return { ...(await boot(options, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close().catch(() => undefined); // why it did not boot says more
    throw error;
  }
}

/** `onClose` takes what is to be done at the end, the latest first. */
async function boot(options: LocalCloudOptions, onClose: (closer: () => unknown) => void): Promise<Omit<LocalCloud, 'close'>> {
  const { pace, clock = pace === undefined ? systemClock : pacedClock(pace), intercept = interceptNothing, onOutput = () => {} } = options;
  const stacks = readAssembly(options.assembly);
  if (options.data !== undefined) onClose(lockFolder(options.data));
  const kept = (name: string): string | undefined => (options.data === undefined ? undefined : path.resolve(options.data, name));
  const { region = 'us-east-1', accountId = '' } = stacks[0] ?? {};

  // The engine starts while the rest is read. The ports come before the reading, since functions may be told the API's.
  const starting = startEngine(options.dynamodb, process.env, { data: kept('dynamodb') });
  onClose(() => starting.then((engine) => engine.stop(), () => undefined));
  starting.catch(() => undefined); // awaited below, maybe only after another problem has been thrown
  const gateways: Gateway[] = [];
  const listeners: Listener[] = [];
  const apiCount = stacks.flatMap(({ template }) => Object.values(template.Resources)).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Api').length;
  for (let index = 0; index < Math.max(1, apiCount); index += 1) {
    const listener = await listen(createGatewayServer(() => gateways[index]), index === 0 ? (options.port ?? 0) : 0);
    onClose(() => listener.close());
    listeners.push(listener);
  }
  const definitions = readDefinitions(stacks, listeners.map(({ url }) => url), options.environment ?? {});

  const engine = await starting;
  await createTables(engine.client, definitions.tables, keeperOf(engine, options.data));
  const identities = createIdentities();
  const shared = { identities, authorize: allowEveryKnownIdentity, dynamodb: engine.client, intercept };
  const secrets = createSecretsManager({ clock, region, accountId, definitions: definitions.secrets, journalFile: kept('secrets.jsonl') });
  onClose(() => secrets.close());
  const services = {
    secretsmanager: (operation: string, input: unknown) => secrets.handle(operation, input),
    states: (operation: string, input: unknown) => states.handle(operation, input),
  };
  const threads = { kill: (worker: string) => functions.kill(worker), eventOf: (worker: string) => functions.eventOf(worker) };
  const endpoint = await listen(createAwsEndpoint({ ...shared, services, ...threads, toolsAllowed: false }), 0);
  onClose(() => endpoint.close());
  const tools = await listen(createAwsEndpoint({ ...shared, services, ...threads, toolsAllowed: true }), 0);
  onClose(() => tools.close());

  const functions = createFunctions({ definitions: definitions.functions, identities, endpointUrl: endpoint.url, compileCache: path.resolve(options.assembly, '.compile-cache'), clock, pace, maxThreads: options.maxThreads ?? 50, onOutput });
  onClose(() => functions.close());
  const bus = createEventBus({ triggers: definitions.triggers, clock, region, accountId, invokeAsync: (functionArn, event) => void functions.invokeAsync(functionArn, event) });
  onClose(() => bus.close());
  const states = createStates({
    clock,
    region,
    accountId,
    journalFile: kept('executions.jsonl'),
    ...createOutside({ ...shared, functions }),
    onStatusChange: (detail) => bus.publish({ source: 'aws.states', detailType: 'Step Functions Execution Status Change', resources: [detail.executionArn], detail }),
  });
  onClose(() => states.close());
  createMachines(states, definitions.machines);

  const invoke = (reference: string, event: string) => functions.invoke(reference, event);
  const nothing = { apiId: 'none', region, accountId, stage: '$default', routes: [] };
  for (const api of definitions.apis.length === 0 ? [nothing] : definitions.apis) gateways.push(createGateway({ api, clock, invoke }));
  states.resume();
  const mappings = createEventSourceMappings({ ...shared, mappings: definitions.mappings, functions, clock, onOutput });
  onClose(() => mappings.close());
  await mappings.start();
  bus.start();

  return {
    ...describe(definitions, listeners),
    endpointUrl: endpoint.url,
    toolsUrl: tools.url,
    dynamodbUrl: tools.url,
    region,
    adminCredentials: { accessKeyId: identities.operator.accessKeyId, secretAccessKey: identities.operator.secretAccessKey },
    invoke: (functionName, event) => functions.invoke(functionName, JSON.stringify(event ?? null)),
    failure: engine.failed,
  };
}

function keeperOf({ kind }: Engine, data: string | undefined): TableKeeper {
  if (kind === 'given' || data === undefined) return { name: 'The DynamoDB endpoint', remedy: 'delete that table, or use another endpoint' };
  return { name: `The data folder ${data}`, remedy: 'start with another folder, or delete this one to start with nothing' };
}

/** What the assembly has, under the names that a start script can find it by. */
function describe({ apis, machines, tables, secrets, functions, outputs }: ReturnType<typeof readDefinitions>, listeners: readonly Listener[]) {
  const apiUrls = listeners.map(({ url }, index) => (apis[index] === undefined || apis[index].stage === '$default' ? url : `${url}/${apis[index].stage}`));
  return {
    apiUrl: apiUrls[0] ?? '',
    apiUrls: keyByLogicalId(apis.map(({ resource }, index) => ({ resource, value: apiUrls[index] ?? '' }))),
    stateMachineArns: { ...Object.fromEntries(machines.map(({ name, arn }) => [name, arn])), ...keyByLogicalId(machines.map(({ resource, arn }) => ({ resource, value: arn }))) },
    tables: keyByLogicalId(tables.map(({ resource, ref }) => ({ resource, value: ref }))),
    secrets: keyByLogicalId(secrets.map(({ resource, arn }) => ({ resource, value: arn }))),
    functions: keyByLogicalId(functions.map(({ resource, name }) => ({ resource, value: name }))),
    outputs,
  };
}
