import { rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import * as z from 'zod';
import { upstreamCredentials } from '../lambdas/domain/merchant.ts';
import { closeOnSignal } from '../local/close-on-signal.ts';
import { exitWithParent } from '../local/exit-with-parent.ts';
import { listen } from '../local/listen.ts';
import { LocalCloudError } from '../local/local-cloud-error.ts';
import { buildFunctions } from './build.ts';
import { startLocalEnvironment, type Endpoints } from './local-environment.ts';
import { synthesise } from './synth.ts';

const root = path.join(import.meta.dirname, '..');
const port = z.coerce.number().int().min(0).max(65_535);
const given = z.string().min(1).optional();

/** What a person can set. Empty counts as not set. */
const environment = z.object({
  PORT: port.default(3000),
  SIMULATOR_PORT: port.default(4010),
  AEROPAY_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AEROSYNC_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AEROPAY_API_KEY: given,
  AEROPAY_API_SECRET: given,
  AEROPAY_MERCHANT_ID: given,
  AEROSYNC_API_KEY: given,
  AEROSYNC_API_SECRET: given,
});

async function main(): Promise<void> {
  const env = readEnvironment();
  await Promise.all([env.PORT, env.SIMULATOR_PORT].map(assertFree));
  // Whoever waits for the file must not find that of an earlier run.
  await rm(path.join(root, '.local', 'endpoints.json'), { force: true });
  console.log('Building the functions and synthesising the dev stage …');
  // Not cdk.out, and one folder per port: functions are loaded as they are called, while somebody synthesises or starts another one.
  const folder = path.join(root, '.local', `port-${env.PORT}`);
  const [assembly, bundles] = [path.join(folder, 'cdk.out'), path.join(folder, 'functions')];
  await buildFunctions({ outdir: bundles });
  await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
  const local = await startLocalEnvironment({
    assembly,
    port: env.PORT,
    simulatorPort: env.SIMULATOR_PORT,
    aeropayBaseUrl: env.AEROPAY_BASE_URL,
    aerosyncBaseUrl: env.AEROSYNC_BASE_URL,
    credentials: credentialsFrom(env),
    folder: path.join(root, '.local'),
    onOutput: ({ functionName, stream, text }) => {
      if (process.env['VERBOSE'] !== undefined || stream === 'stderr') console.error(`${functionName}: ${text}`);
    },
  });
  closeOnSignal(() => local.close());
  exitWithParent(() => void local.close().finally(() => process.exit(0)));
  void local.failure.then((error) => fail(error, () => local.close()));
  greet(local.endpoints, path.relative(process.cwd(), local.file));
}

/** Said before the seconds that building takes. */
async function assertFree(wanted: number): Promise<void> {
  await (await listen(http.createServer(), wanted)).close();
}

function readEnvironment(): z.infer<typeof environment> {
  const set = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new LocalCloudError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

/** All five or none: half a set of credentials would fail at the first call. */
function credentialsFrom(env: z.infer<typeof environment>) {
  const names = ['AEROPAY_API_KEY', 'AEROPAY_API_SECRET', 'AEROPAY_MERCHANT_ID', 'AEROSYNC_API_KEY', 'AEROSYNC_API_SECRET'] as const;
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new LocalCloudError(`Upstream credentials are set in part: set ${missing.join(', ')} too, or none of the five.`);
  return upstreamCredentials.parse({
    aeropay: { apiKey: env.AEROPAY_API_KEY, apiSecret: env.AEROPAY_API_SECRET, merchantId: env.AEROPAY_MERCHANT_ID },
    aerosync: { apiKey: env.AEROSYNC_API_KEY, apiSecret: env.AEROSYNC_API_SECRET },
  });
}

function greet(endpoints: Endpoints, file: string): void {
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
