import type { CallLog } from '../call-log.ts';
import type { HttpFaults } from '../faults/http-faults.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { answerMfa } from './answer-mfa.ts';
import { expireConnection, reconnectConnection, revokeConnection } from './change-consent.ts';
import type { ControlRoute } from './control-route.ts';
import { expectedData } from './expected-data.ts';
import { linkConnections } from './link-connections.ts';
import { clearCalls, readCalls } from './read-calls.ts';
import { readHealth, readMerchants, readScenarios } from './read-lists.ts';
import { chooseSide, clearContradictions, readContradictions } from './steer-contradictions.ts';
import { addFault, clearFaults, readFaults } from './steer-faults.ts';
import { advanceClock, expireTokens, readClock, readTokenLifetimes, setTokenLifetimes } from './steer-time.ts';
import { readWebhooks, switchWebhookFault, unpauseWebhooks } from './steer-webhooks.ts';

/** The whole control plane. */
export function controlRoutes(parts: { simulation: Simulation; faults: HttpFaults; log: CallLog; calls: readonly UpstreamCall[] }): ControlRoute[] {
  const { simulation, faults, log, calls } = parts;
  return [
    readHealth(),
    readScenarios(),
    readMerchants(simulation),
    linkConnections(simulation),
    expectedData(simulation),
    revokeConnection(simulation),
    expireConnection(simulation),
    reconnectConnection(simulation),
    answerMfa(simulation),
    readCalls(log),
    clearCalls(log),
    readWebhooks(simulation),
    switchWebhookFault(simulation),
    unpauseWebhooks(simulation),
    readFaults(faults),
    addFault(faults, calls),
    clearFaults(faults),
    readClock(simulation),
    advanceClock(simulation),
    expireTokens(simulation),
    readTokenLifetimes(simulation),
    setTokenLifetimes(simulation),
    readContradictions(simulation),
    chooseSide(simulation),
    clearContradictions(simulation),
  ];
}
