import type { Person } from '../aeropay/person.ts';
import { institutionUuid, type Connection } from '../bank/connections.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncRefusal } from './refusals.ts';

/** GET /v2/accounts/{connectionId}/identity → the account holder; AC-204 before an identity job has completed. */
export function readIdentity(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId/identity',
    run(request) {
      const connection = authorizeConnection(simulation, request);
      const fetched = simulation.jobs.of(connection).some((job) => job.kind === 'identity' && job.state === 'completed');
      const person = simulation.people.withId(connection.personId);
      if (!fetched || person === undefined) throw aerosyncRefusal('AC-204');
      return { status: 200, body: { status: 'success', statusCode: 200, identity: showIdentity(simulation, connection, person) } };
    },
  };
}

function showIdentity({ contradictions }: Simulation, { id: hex, scenario, bankName }: Connection, person: Person): Json {
  const id = shownConnectionId(contradictions, hex);
  const identity = { accountHolderName: `${person.firstName} ${person.lastName}`, userId: id, connectionId: id };
  if (scenario.sparse) return identity;
  return {
    ...identity,
    address: '1725 Slough Avenue, Scranton, PA 18503',
    address_fields: {
      address1: '1725 Slough Avenue',
      address2: 'Suite 200',
      city: 'Scranton',
      state: 'PA',
      region: null,
      postalCode: '18503',
      country: 'US',
    },
    email: person.email,
    phone: person.phoneNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3'),
    bankName,
    institutionName: bankName,
    institutionUuid,
  };
}
