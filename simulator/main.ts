import { parseArgs } from 'node:util';
import * as z from 'zod';
import { contradictionMarkdown } from './contradictions/contradiction-table.ts';
import { contradictionChoice } from './contradictions/contradictions.ts';
import { scenarioTables } from './scenario-tables.ts';
import { startSimulator } from './start-simulator.ts';
import type { TokenLifetimes } from './tokens.ts';

const usage = `Usage: node simulator/main.ts [--port 4010] [--data FOLDER] [--webhook-url URL] [--side N=X]... [--token-seconds N] [--seed N] [--quiet]
       node simulator/main.ts --scenarios | --contradictions

  --port           SIMULATOR_PORT            port on 127.0.0.1, 4010 when absent
  --data           SIMULATOR_DATA            folder that keeps people, connections, jobs and subscriptions; all is forgotten when absent
  --webhook-url    SIMULATOR_WEBHOOK_URL     where the merchant's webhooks go, nowhere when absent
                   SIMULATOR_WEBHOOK_SECRET  signs them, unsigned when absent
  --side                                     a side of a contradiction, e.g. --side 5=B; may be given several times
  --token-seconds                            how long every token lives, 1800 when absent
  --seed                                     the same ids at every start
  --quiet                                    no line per call and webhook
  --scenarios                                prints the scenarios and other test data, and ends
  --contradictions                           prints the contradictions and their sides, and ends`;

const settings = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  webhookSecret: z.string().min(1).optional(),
  seed: z.coerce.number().int().optional(),
  data: z.string().min(1).optional(),
  side: z.array(z.string().regex(/^\d+=[A-D]$/, 'a side is written like 5=B').transform(readSide)),
  tokenSeconds: z.coerce.number().int().min(1).optional(),
});

/** The merchant of a simulator that runs alone. These credentials open nothing but the simulator. */
const soloMerchant = {
  name: 'solo',
  aeropay: { apiKey: 'sim-aeropay-key', apiSecret: 'sim-aeropay-secret', merchantId: '1456' },
  aerosync: { apiKey: 'sim-aerosync-key', apiSecret: 'sim-aerosync-secret' },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'webhook-url': { type: 'string' },
      data: { type: 'string' },
      side: { type: 'string', multiple: true, default: [] },
      'token-seconds': { type: 'string' },
      seed: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      scenarios: { type: 'boolean', default: false },
      contradictions: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  if (values.scenarios) {
    print(scenarioTables());
    return;
  }
  if (values.contradictions) {
    print(contradictionMarkdown());
    return;
  }
  const { env } = process;
  const { port, webhookUrl, webhookSecret, seed, data, side, tokenSeconds } = settings.parse({
    port: values.port ?? env['SIMULATOR_PORT'] ?? 4010,
    webhookUrl: values['webhook-url'] ?? env['SIMULATOR_WEBHOOK_URL'],
    webhookSecret: env['SIMULATOR_WEBHOOK_SECRET'],
    seed: values.seed,
    data: values.data ?? env['SIMULATOR_DATA'],
    side: values.side,
    tokenSeconds: values['token-seconds'],
  });
  const webhook = webhookUrl === undefined ? {} : { webhook: { url: webhookUrl, ...(webhookSecret !== undefined && { secretKey: webhookSecret }) } };
  const simulator = await startSimulator({
    port,
    merchants: [{ ...soloMerchant, ...webhook }],
    contradictions: Object.fromEntries(side.map((choice) => [choice.number, choice.side])),
    ...(tokenSeconds !== undefined && { tokenLifetimes: allKinds(tokenSeconds) }),
    ...(data !== undefined && { data }),
    ...(seed !== undefined && { seed }),
    ...(!values.quiet && { log: print }),
  });
  print(`AEROPAY_BASE_URL=${simulator.aeropayUrl}`);
  print(`AEROSYNC_BASE_URL=${simulator.aerosyncUrl}`);
  print(`webhook management: ${simulator.webhookManagementUrl}`);
  print(`widget: ${simulator.url}/`);
  print(`control plane: ${simulator.url}/sim/scenarios`);
  const stop = (): void => void simulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function readSide(text: string): z.infer<typeof contradictionChoice> {
  const [number, side] = text.split('=');
  return contradictionChoice.parse({ number: Number(number), side });
}

function allKinds(seconds: number): TokenLifetimes {
  return { aeropay_merchant: seconds, aeropay_user: seconds, aerosync_api: seconds, aerosync_widget: seconds };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(error: unknown): void {
  const sentence = error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') : String(error);
  process.stderr.write(`${sentence}\n\n${usage}\n`);
  process.exitCode = 1;
}

await main().catch(complain);
