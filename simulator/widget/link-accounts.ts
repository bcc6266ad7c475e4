import type { Connection } from '../bank/connections.ts';
import type { BankScenario } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import type { Stage, Visit } from './stage.ts';
import { successPayload, type PayloadForm } from './success-payload.ts';
import { otherAccountUser } from './widget-test-data.ts';

interface Linking {
  readonly bankName: string;
  readonly scenario: BankScenario;
  readonly accountTypes: readonly string[];
  /** Only where the person typed it. */
  readonly accountNumber?: string | undefined;
}

/** Links one connection per account type and says so to the page. */
export function linkAccounts(simulation: Simulation, { merchant, person, launch }: Visit, linking: Linking): Stage {
  const { bankName, scenario, accountNumber } = linking;
  const connections = linking.accountTypes.map((accountType) =>
    simulation.connections.link({ merchant, personId: person.id, scenario, jobSeconds: undefined, accountType, bankName, accountNumber }),
  );
  return success(simulation, connections, person.id, launch.isOld ? 'old' : scenario.accountTypes.length > 1 ? 'several' : 'single');
}

/** The same account keeps its connection and id, healthy again; another account is a new connection. */
export function renewOrLink(simulation: Simulation, visit: Visit, renewed: Connection, signedIn: { bankName: string; scenario: BankScenario; user: string }): Stage {
  if (signedIn.user === otherAccountUser) return linkAccounts(simulation, visit, { ...signedIn, accountTypes: [renewed.accountType] });
  simulation.connections.reconnect(renewed);
  return success(simulation, [renewed], visit.person.id, visit.launch.isOld ? 'old' : 'single');
}

function success({ contradictions }: Simulation, connections: readonly Connection[], personId: string, form: PayloadForm): Stage {
  return { name: 'success', payload: successPayload(contradictions, connections, personId, form) };
}
