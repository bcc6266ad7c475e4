import { shownAccountType } from '../aerosync/shown-account-type.ts';
import type { Connection } from '../bank/connections.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Contradictions } from '../contradictions/contradictions.ts';
import { dashed } from '../identifiers.ts';
import type { Json } from '../json-text.ts';

/** `several`: the multi-account form, which has no top-level connectionId. `old`: what the web SDK up to 1.1.3 hands on. */
export type PayloadForm = 'single' | 'several' | 'old';

/** What the widget hands to onSuccess. The old form knows one account only, the first. */
export function successPayload(contradictions: Contradictions, connections: readonly Connection[], personId: string, form: PayloadForm): Record<string, Json | undefined> {
  const [first] = connections;
  const rest = { clientName: first?.merchant, aeroPassUserUuid: personId };
  switch (form) {
    case 'single':
      return { connectionId: first === undefined ? undefined : shownConnectionId(contradictions, first.id), ...rest };
    case 'several':
      return { accounts: connections.map((connection) => showAccount(contradictions, connection)), ...rest };
    case 'old':
      return first === undefined ? {} : showOld(first);
  }
}

function showAccount(contradictions: Contradictions, { id, accountType, accountNumber }: Connection): Json {
  return {
    connectionId: shownConnectionId(contradictions, id),
    accountType: shownAccountType(contradictions, accountType),
    accountNumberDisplay: accountNumber.slice(-4),
  };
}

/** `user_id` is the connection's id with dashes: Aerosync's user id has become the connectionId of newer SDKs. */
function showOld({ id, password, merchant, personId }: Connection): Record<string, Json> {
  const guids = { u_guid: `USR-${personId}`, m_guid: `MBR-${dashed(id)}`, a_guid: `ACT-${dashed(id)}` };
  return { user_id: dashed(id), user_password: password, ClientName: merchant, FILoginAcctId: JSON.stringify(guids) };
}
