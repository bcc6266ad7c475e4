import { withOlderEnvelope } from '../aeropay/older-envelope.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { aggregatorCredentialsV1 } from './aggregator-credentials-v1.ts';
import { confirmUserV1 } from './confirm-user-v1.ts';
import { createUserV1 } from './create-user-v1.ts';
import { issueTokenV1 } from './issue-token-v1.ts';
import { linkBankAccountV1 } from './link-bank-account-v1.ts';
import { readUserV1 } from './read-user-v1.ts';
import { unverifyUser } from './unverify-user.ts';

/** Aeropay v1 and v1.1: paths without a version, the token in `authorizationToken`, every refusal with HTTP 200 in the older envelope. */
export function v1Calls(simulation: Simulation): UpstreamCall[] {
  return [
    issueTokenV1(simulation),
    createUserV1(simulation),
    confirmUserV1(simulation),
    readUserV1(simulation),
    aggregatorCredentialsV1(simulation),
    linkBankAccountV1(simulation),
    unverifyUser(simulation),
  ].map(withOlderEnvelope);
}
