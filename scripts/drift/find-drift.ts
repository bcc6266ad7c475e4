import * as z from 'zod';
import { startSimulator, type Simulator } from '../../simulator/start-simulator.ts';
import { adaptersAt, sandboxMerchant } from './adapters-at.ts';
import { compareObservations, type Difference } from './compare-observations.ts';
import type { Sandbox } from './read-sandbox.ts';
import { sandboxCode, visitUpstream, type VisitOptions } from './visit-upstream.ts';

export interface Drift {
  /** How many calls were observed on the live side. */
  readonly calls: number;
  readonly differences: readonly Difference[];
}

/** Visits the live sandbox, visits a simulator of its own in the same way, and tells where the replies are made of something else. */
export async function findDrift(live: Sandbox, options: VisitOptions): Promise<Drift> {
  const simulator = await startSimulator({ merchants: [{ name: 'drift', aeropay: merchantOf(live), aerosync: { apiKey: 'drift-aerosync-key', apiSecret: 'drift-aerosync-secret' } }] });
  try {
    const ours = await simulated(simulator, live);
    const [seen, expected] = [await visitUpstream(live, options), await visitUpstream(ours, { ...options, lookEveryMs: 10 })];
    return { calls: seen.length, differences: compareObservations(expected, seen) };
  } finally {
    await simulator.close();
  }
}

const merchantOf = (live: Sandbox) => ({ apiKey: 'drift-aeropay-key', apiSecret: 'drift-aeropay-secret', merchantId: live.credentials.aeropay.merchantId });
const linked = z.object({ connectionId: z.string() });

/** The simulator in place of a sandbox: with a linked bank only where the live side has one, so that both make the same calls. */
async function simulated({ url, aeropayUrl, aerosyncUrl }: Simulator, live: Sandbox): Promise<Sandbox> {
  const sandbox = {
    aeropayUrl: new URL(aeropayUrl),
    aerosyncUrl: new URL(aerosyncUrl),
    credentials: { aeropay: merchantOf(live), aerosync: { apiKey: 'drift-aerosync-key', apiSecret: 'drift-aerosync-secret' } },
    phoneNumber: live.phoneNumber,
    connectionId: undefined,
  };
  if (live.connectionId === undefined) return sandbox;
  const { aeropay } = adaptersAt(sandbox);
  const created = await aeropay.create(sandboxMerchant, { firstName: 'Jane', lastName: 'Doe', phoneNumber: '+13125550143', email: 'jane.doe@example.com' });
  if (created.verification !== null) await aeropay.confirm(sandboxMerchant, created, sandboxCode);
  const response = await fetch(`${url}/sim/connections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenario: 'default', jobSeconds: 0, aeroPassUserUuid: created.aeroPassUserUuid }),
  });
  return { ...sandbox, connectionId: linked.parse(await response.json()).connectionId };
}
