import type { UpstreamCall } from '../upstream-http/upstream-call.ts';
import { pathSegment } from '../upstream-http/path-segment.ts';

/**
 * Where something is asked about a connection. Aerosync's examples have its id as 32 hex digits, other pages of upstream's as a UUID with dashes
 * (aerosync-api.md §10, 29): where the first is not known, the other is asked for.
 * @param rest of the path, with its slash
 */
export function accountPath(connectionId: string, rest = ''): Required<Pick<UpstreamCall<unknown>, 'path' | 'otherForms'>> {
  const plain = pathSegment(connectionId);
  const dashed = plain.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5');
  return { path: `v2/accounts/${plain}${rest}`, otherForms: dashed === plain ? [] : [{ refusedBy: ['AC-102'], path: `v2/accounts/${dashed}${rest}` }] };
}
