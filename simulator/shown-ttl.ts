import type { Simulation } from './simulation.ts';
import type { TokenUse } from './tokens.ts';

/** A token's life in seconds as the product writes it: Aeropay a number, Aerosync a text, unless contradiction 26 is on a side. */
export function shownTtl({ tokens, contradictions }: Pick<Simulation, 'tokens' | 'contradictions'>, kind: TokenUse['kind']): number | string {
  const seconds = tokens.lifetimes()[kind];
  const side = contradictions.side(26) ?? (kind.startsWith('aeropay') ? 'A' : 'B');
  return side === 'A' ? seconds : String(seconds);
}
