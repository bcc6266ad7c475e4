import type { Contradictions } from '../contradictions/contradictions.ts';

/** An account type in the case of contradiction 28's side, else in the scenario's own. */
export function shownAccountType(contradictions: Contradictions, accountType: string): string {
  switch (contradictions.side(28)) {
    case 'A':
      return accountType.toUpperCase();
    case 'B':
      return accountType.toLowerCase();
    default:
      return accountType;
  }
}
