import * as z from 'zod';
import type { Person } from '../aeropay/person.ts';
import { usualBankName } from '../bank/connections.ts';
import { bankScenarioNamed, bankScenarios, type BankScenario } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import { successPayload } from '../widget/success-payload.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

const linkRequest = z.strictObject({
  scenario: z.string().default('default'),
  aeroPassUserUuid: z.string(),
  jobSeconds: z.number().min(0).max(86_400).optional(),
  accounts: z.int().min(1).max(20).optional(),
  merchant: z.string().optional(),
  /** What the payload looks like: `old` is that of the web SDK up to 1.1.3. */
  payload: z.enum(['current', 'old']).default('current'),
});

/** POST /sim/connections: the person went through the widget and linked a bank. Answers the widget's onSuccess payload. */
export function linkConnections(simulation: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/connections',
    run({ body }) {
      const request = readBody(linkRequest, body);
      const scenario = readScenario(request.scenario);
      const person = simulation.people.withId(request.aeroPassUserUuid);
      if (person === undefined) {
        throw new ControlRefusal(400, 'Nobody has this aeroPassUserUuid: create the person with POST /aeropay/v2/user first.');
      }
      const merchant = readMerchant(simulation, person, request.merchant);
      const { jobSeconds } = request;
      const connections = accountTypes(scenario, request.accounts).map((accountType) =>
        simulation.connections.link({ merchant, personId: person.id, scenario, jobSeconds, accountType, bankName: usualBankName }),
      );
      const several = request.accounts !== undefined || connections.length > 1;
      const form = request.payload === 'old' ? 'old' : several ? 'several' : 'single';
      return successPayload(simulation.contradictions, connections, person.id, form);
    },
  };
}

function readScenario(name: string): BankScenario {
  const scenario = bankScenarioNamed(name);
  if (scenario !== undefined) return scenario;
  throw new ControlRefusal(400, `There is no such scenario: choose one of ${bankScenarios.map((known) => known.name).join(', ')}.`);
}

/** The merchant the bank is linked for: the one asked for, else the one the person dealt with last. */
function readMerchant({ people }: Simulation, person: Person, wanted: string | undefined): string {
  const merchant = wanted ?? people.merchantOf(person);
  if (merchant !== undefined && people.isConnected(person, merchant)) return merchant;
  throw new ControlRefusal(400, 'This person is not connected to the merchant: confirm the code with POST /aeropay/v2/confirmUser first.');
}

/** The account types of the scenario, over and over, as many as asked for. */
function accountTypes({ accountTypes: types }: BankScenario, wanted: number | undefined): string[] {
  return Array.from({ length: wanted ?? types.length }, (_, index) => types[index % types.length] ?? 'CHECKING');
}
