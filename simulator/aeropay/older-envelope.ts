import { Refusal, type UpstreamCall, type UpstreamReply } from '../upstream-call.ts';
import { AeropayRefusal } from './refusals.ts';

/**
 * Puts what a call refuses by an AP code into the older envelope `{"success":false,"code","error"}` with HTTP 200, whatever status the
 * code has elsewhere. All of v1 answers so, and v2's linkAccountFromAggregator.
 */
export function inOlderEnvelope(run: () => UpstreamReply): UpstreamReply {
  try {
    return run();
  } catch (error) {
    if (error instanceof AeropayRefusal) throw new Refusal(200, { success: false, code: error.code, error: error.sentence });
    throw error;
  }
}

/** The same for a whole call. */
export function withOlderEnvelope(call: UpstreamCall): UpstreamCall {
  return { ...call, run: (request) => inOlderEnvelope(() => call.run(request)) };
}
