import { rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { closeOnSignal } from '../local/close-on-signal.ts';
import { exitWithParent } from '../local/exit-with-parent.ts';
import { listen } from '../local/listen.ts';
import { LocalCloudError } from '../local/local-cloud-error.ts';
import { lockFolder } from '../local/store/lock-folder.ts';
import { buildFunctions } from './build.ts';
import type { GivenCredentials } from './local-credentials.ts';
import { startLocalEnvironment, type Endpoints } from './local-environment.ts';
import { synthesise } from './synth.ts';

const root = path.join(import.meta.dirname, '..');
const port = z.coerce.number().int().min(0).max(65_535);
const given = z.string().min(1).optional();

/** What a person can set. Empty counts as not set. */
const settings = z.object({
  PORT: port.default(3000),
  SIMULATOR_PORT: port.default(4010),
  LOCAL_FOLDER: z.string().min(1).default(path.join(root, '.local')),
  AEROPAY_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AEROSYNC_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AEROPAY_API_KEY: given,
  AEROPAY_API_SECRET: given,
  AEROPAY_MERCHANT_ID: given,
  AEROSYNC_API_KEY: given,
  AEROSYNC_API_SECRET: given,
});

async function main(): Promise<void> {
  const data = readDataFolder();
  const env = readEnvironment();
  // Said before the seconds that building takes.
  if (data !== undefined) lockFolder(data)();
  const isSimulated = env.AEROPAY_BASE_URL === undefined || env.AEROSYNC_BASE_URL === undefined;
  await Promise.all([env.PORT, ...(isSimulated ? [env.SIMULATOR_PORT] : [])].map(assertFree));
  const local = path.resolve(env.LOCAL_FOLDER);
  // Whoever waits for the file must not find that of an earlier run.
  await rm(path.join(local, 'endpoints.json'), { force: true });
  console.log('Building the functions and synthesising the dev stage …');
  // Not cdk.out, and one folder per port: functions are loaded as they are called, while somebody synthesises or starts another one.
  const folder = path.join(local, `port-${env.PORT}`);
  const [assembly, bundles] = [path.join(folder, 'cdk.out'), path.join(folder, 'functions')];
  await buildFunctions({ outdir: bundles });
  await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
  const environment = await startLocalEnvironment({
    assembly,
    port: env.PORT,
    simulatorPort: env.SIMULATOR_PORT,
    aeropayBaseUrl: env.AEROPAY_BASE_URL,
    aerosyncBaseUrl: env.AEROSYNC_BASE_URL,
    credentials: credentialsFrom(env),
    folder: local,
    data,
    onOutput: ({ functionName, stream, text }) => {
      if (process.env['VERBOSE'] !== undefined || stream === 'stderr') console.error(`${functionName}: ${text}`);
    },
  });
  closeOnSignal(() => environment.close());
  exitWithParent(() => void environment.close().finally(() => process.exit(0)));
  void environment.failure.then((error) => fail(error, () => environment.close()));
  greet(environment.endpoints, path.relative(process.cwd(), environment.file), data);
}

/** The folder of `--data`, the only flag there is. */
function readDataFolder(): string | undefined {
  try {
    const { data } = parseArgs({ options: { data: { type: 'string' } } }).values;
    if (data === '') throw new Error('--data needs a folder.');
    return data === undefined ? undefined : path.resolve(data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ', 1)[0]?.replace(/\.?$/, '.') : '';
    throw new LocalCloudError(`${reason ?? ''} Usage: npm start -- [--data <folder>]`, { cause });
  }
}

async function assertFree(wanted: number): Promise<void> {
  await (await listen(http.createServer(), wanted)).close();
}

function readEnvironment(): z.infer<typeof settings> {
  const set = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new LocalCloudError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

/** Each that is set replaces the fixed one. */
function credentialsFrom(env: z.infer<typeof settings>): GivenCredentials {
  return {
    aeropay: { apiKey: env.AEROPAY_API_KEY, apiSecret: env.AEROPAY_API_SECRET, merchantId: env.AEROPAY_MERCHANT_ID },
    aerosync: { apiKey: env.AEROSYNC_API_KEY, apiSecret: env.AEROSYNC_API_SECRET },
  };
}

function greet(endpoints: Endpoints, file: string, data: string | undefined): void {
  const auth = `-H 'authorization: Bearer ${endpoints.apiKey}'`;
  console.log(`
aerobridge runs on this machine. Ctrl-C ends it.

  API          ${endpoints.apiUrl}
  Document     ${endpoints.apiUrl}/v1/openapi.json
  Simulator    ${endpoints.simulatorUrl ?? 'not started: another upstream is set'}
  DynamoDB     ${endpoints.dynamodbUrl}
  StepFunctions ${endpoints.sfnUrl}
  API key      ${endpoints.apiKey}
  All of it    ${file}
  State        ${data === undefined ? 'in memory, gone at the end; --data <folder> keeps it' : `kept in ${data}`}

Try:
  curl ${endpoints.apiUrl}/health
  curl ${auth} ${endpoints.apiUrl}/v1/users
  curl ${auth} -H 'content-type: application/json' -d '{"externalId":"customer-1","firstName":"Jane","lastName":"Doe","phoneNumber":"+13125550142","email":"jane@example.com"}' ${endpoints.apiUrl}/v1/users

npm run demo goes through the whole integration flow, from a new person to their transactions.`);
}

/** One clear sentence for what a person can mend, the whole stack for what we must. */
async function fail(error: unknown, close: () => Promise<void> = async () => undefined): Promise<void> {
  await close();
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

await main().catch((error: unknown) => fail(error));
