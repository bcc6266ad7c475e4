import type { Consent } from '../bank/connections.ts';
import type { Contradictions } from '../contradictions/contradictions.ts';

/** `connectionStatus` in the words of contradiction 18's side; without one a mixture, as the newest pages have it. */
export function shownConsent(contradictions: Contradictions, consent: Consent): string {
  switch (contradictions.side(18)) {
    case 'A':
      return consent === 'CONNECTED' ? consent : 'failure';
    case 'B':
      return consent === 'CONNECTED' ? 'ACTIVE' : consent;
    case 'C':
      return { CONNECTED: 'ACTIVE', EXPIRED_CONSENT: 'FAILURE', REVOKED_BY_USER: 'REVOKED_BY_USER' }[consent];
    default:
      return consent;
  }
}
