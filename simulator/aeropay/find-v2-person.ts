import { isUuid } from '../identifiers.ts';
import type { Simulation } from '../simulation.ts';
import type { Person } from './person.ts';
import { malformedParameter } from './refusals.ts';

/**
 * The person a v2 `userId` means, undefined when nobody has it; AP701 for what is no UUID. Where POST /v2/user hands out numbers
 * (contradiction 3, side A) they are taken as well.
 */
export function findV2Person({ people, contradictions }: Simulation, userId: string): Person | undefined {
  const numbers = contradictions.side(3) === 'A' && /^\d+$/.test(userId);
  if (!isUuid(userId) && !numbers) throw malformedParameter('userId', 'invalid username format');
  return people.withAnyId(userId);
}
