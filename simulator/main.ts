import { parseArgs } from 'node:util';
import * as z from 'zod';
import { scenarioTables } from './scenario-tables.ts';
import { startSimulator } from './start-simulator.ts';

const usage = `Usage: node simulator/main.ts [--port 4010] [--webhook-url URL] [--seed N] [--quiet] [--scenarios]

  --port         SIMULATOR_PORT            port on 127.0.0.1, 4010 when absent
  --webhook-url  SIMULATOR_WEBHOOK_URL     where the merchant's webhooks go, nowhere when absent
                 SIMULATOR_WEBHOOK_SECRET  signs them, unsigned when absent
  --seed                                   the same ids at every start
  --quiet                                  no line per call and webhook
  --scenarios                              prints the scenarios and ends`;

const settings = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  webhookSecret: z.string().min(1).optional(),
  seed: z.coerce.number().int().optional(),
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
      seed: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      scenarios: { type: 'boolean', default: false },
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
  const { env } = process;
  const { port, webhookUrl, webhookSecret, seed } = settings.parse({
    port: values.port ?? env['SIMULATOR_PORT'] ?? 4010,
    webhookUrl: values['webhook-url'] ?? env['SIMULATOR_WEBHOOK_URL'],
    webhookSecret: env['SIMULATOR_WEBHOOK_SECRET'],
    seed: values.seed,
  });
  const webhook = webhookUrl === undefined ? {} : { webhook: { url: webhookUrl, ...(webhookSecret !== undefined && { secretKey: webhookSecret }) } };
  const simulator = await startSimulator({
    port,
    merchants: [{ ...soloMerchant, ...webhook }],
    ...(seed !== undefined && { seed }),
    ...(!values.quiet && { log: print }),
  });
  print(`AEROPAY_BASE_URL=${simulator.aeropayUrl}`);
  print(`AEROSYNC_BASE_URL=${simulator.aerosyncUrl}`);
  print(`control plane: ${simulator.url}/sim/scenarios`);
  const stop = (): void => void simulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
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
