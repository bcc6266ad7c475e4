import { bankScenarios, personScenarios } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import { testBanks } from '../widget/test-banks.ts';
import { anyOtherOtp, brokenBankUsers, widgetOtps } from '../widget/widget-test-data.ts';
import type { ControlRoute } from './control-route.ts';

/** GET /sim/scenarios: what there is to choose from, and how it is chosen. */
export function readScenarios(): ControlRoute {
  return {
    method: 'GET',
    path: '/sim/scenarios',
    run: () => ({
      connections: bankScenarios.map(({ name, happens }) => ({ name, chosenBy: `"scenario":"${name}"`, happens })),
      people: personScenarios.map(({ name, chosenBy, happens }) => ({ name, chosenBy, happens })),
      banks: testBanks.map(({ id, name, told }) => ({ id, name, happens: told })),
      bankUsers: brokenBankUsers.map(({ user, told }) => ({ name: user, happens: told })),
      widgetCodes: [...widgetOtps, anyOtherOtp].map(({ code, told }) => ({ code, happens: told })),
    }),
  };
}

/** GET /sim/merchants: names and merchant ids, no credentials. */
export function readMerchants({ merchants }: Simulation): ControlRoute {
  return {
    method: 'GET',
    path: '/sim/merchants',
    run: () => ({ merchants: merchants.all().map(({ name, aeropay }) => ({ name, merchantId: aeropay.merchantId })) }),
  };
}

/** GET /sim/health: answers once the simulator listens. */
export function readHealth(): ControlRoute {
  return { method: 'GET', path: '/sim/health', run: () => ({ status: 'ok' }) };
}
