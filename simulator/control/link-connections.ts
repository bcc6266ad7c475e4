import * as z from 'zod';
import type { Person } from '../aeropay/people.ts';
import type { Connection } from '../bank/connections.ts';
import type { Json } from '../json-text.ts';
import { bankScenarioNamed, bankScenarios, type BankScenario } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

const linkRequest = z.strictObject({
  scenario: z.string().default('default'),
  aeroPassUserUuid: z.string(),
  jobSeconds: z.number().min(0).max(86_400).optional(),
  accounts: z.int().min(1).max(20).optional(),
  merchant: z.string().optional(),
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
        simulation.connections.link({ merchant, personId: person.id, scenario, jobSeconds, accountType }),
      );
      return successPayload(connections, person, request.accounts !== undefined || connections.length > 1);
    },
  };
}

/** What the widget hands to onSuccess: the multi-account form has no top-level connectionId. */
export function successPayload(connections: readonly Connection[], person: Pick<Person, 'id'>, severalAccounts: boolean): Json {
  const [first] = connections;
  const rest = { clientName: first?.merchant, aeroPassUserUuid: person.id };
  if (!severalAccounts) return { connectionId: first?.id, ...rest };
  const accounts = connections.map(({ id, accountType, accountNumber }) => ({
    connectionId: id,
    accountType,
    accountNumberDisplay: accountNumber.slice(-4),
  }));
  return { accounts, ...rest };
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
