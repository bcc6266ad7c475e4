import type { Side } from '../contradictions/contradiction-table.ts';
import { readMembers, type UpstreamRequest } from '../upstream-call.ts';
import { malformedParameter, missingParameter } from './refusals.ts';

type Members = Readonly<Record<string, unknown>>;

/** The body's members; AP701 when it is not a JSON object. */
export function aeropayMembers(request: UpstreamRequest): Members {
  return readMembers(request, () => malformedParameter('body', 'not a JSON object'));
}

/** A required text: AP700 when absent or empty, AP701 when it is something else than a text. */
export function requiredText(members: Members, name: string): string {
  const value = members[name];
  if (value === undefined || value === null || value === '') throw missingParameter(name);
  if (typeof value !== 'string') throw malformedParameter(name, 'must be a string');
  return value;
}

/**
 * A required merchant id, as a number (the current reference) or as digits in a text (the guides).
 * @param side of contradiction 27: on A only a text will do, on B only a number
 */
export function requiredMerchantId(members: Members, name: string, side: Side | undefined): string {
  const value = members[name];
  if (side === 'A' && typeof value === 'number') throw malformedParameter(name, 'must be a string');
  if (side === 'B' && typeof value === 'string' && value !== '') throw malformedParameter(name, 'must be an integer');
  const text = typeof value === 'number' ? String(value) : requiredText(members, name);
  if (!/^\d{1,12}$/.test(text)) throw malformedParameter(name, 'invalid merchant id format');
  return text;
}
