import * as z from 'zod';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Simulation } from '../simulation.ts';
import { readBody, type ControlRoute } from './control-route.ts';
import { findConnection } from './find-connection.ts';
import { successPayload } from '../widget/success-payload.ts';

const empty = z.strictObject({});
const revokeRequest = z.strictObject({
  /** Only some banks tell of a revocation. */
  webhook: z.boolean().default(true),
});

/** POST /sim/connections/{id}/revoke: the person withdrew the consent at the bank. What runs fails with AC-104. */
export function revokeConnection(simulation: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/connections/:connectionId/revoke',
    run(request) {
      const { webhook } = readBody(revokeRequest, request.body);
      const connection = findConnection(simulation, request);
      const { connections, jobs, webhooks, clock, merchants } = simulation;
      connections.breakOff(connection, 'REVOKED_BY_USER');
      jobs.failRunning(connection, 'AC-104');
      if (webhook) {
        const id = shownConnectionId(simulation.contradictions, connection.id);
        const data = {
          client_id: merchants.named(connection.merchant)?.aeropay.merchantId ?? '',
          user_id: id,
          connection_id: id,
          account_id: id,
          status: 'revoked',
        };
        webhooks.publish(
          { merchant: connection.merchant, event: 'bank.revocation', names: ['bank.revocation'], status: 'revoked', jobId: null, data },
          clock.now(),
        );
      }
      return { connectionId: connection.id, connectionStatus: connection.consent };
    },
  };
}

/** POST /sim/connections/{id}/expire: the consent ran out. What runs fails with AC-104; no webhook tells of it. */
export function expireConnection(simulation: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/connections/:connectionId/expire',
    run(request) {
      readBody(empty, request.body);
      const connection = findConnection(simulation, request);
      simulation.connections.breakOff(connection, 'EXPIRED_CONSENT');
      simulation.jobs.failRunning(connection, 'AC-104');
      return { connectionId: connection.id, connectionStatus: connection.consent };
    },
  };
}

/** POST /sim/connections/{id}/reconnect: the person renewed the same account in the widget. Answers the onSuccess payload. */
export function reconnectConnection(simulation: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/connections/:connectionId/reconnect',
    run(request) {
      readBody(empty, request.body);
      const connection = findConnection(simulation, request);
      simulation.connections.reconnect(connection);
      return successPayload(simulation.contradictions, [connection], connection.personId, 'single');
    },
  };
}
