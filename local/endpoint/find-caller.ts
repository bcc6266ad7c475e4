import type { AwsService } from '../iam/authorize.ts';
import type { Identities, Identity } from '../iam/identities.ts';
import { accessKeyIdOf } from './access-key-id.ts';

export type Caller = { readonly identity: Identity } | { readonly refusal: { readonly errorName: string; readonly message: string } };

/** What a developer's own tools may reach without a key of this boot. Secrets are not among it. */
const openToTools: readonly AwsService[] = ['dynamodb', 'states'];

/** Maps the key of a request to an identity; a key that this boot did not issue is refused, as AWS does. */
export function findCaller(identities: Identities, authorization: string | undefined, service: AwsService, toolsAllowed: boolean): Caller {
  const accessKeyId = accessKeyIdOf(authorization);
  const identity = accessKeyId === undefined ? undefined : identities.byAccessKeyId(accessKeyId);
  if (identity !== undefined) return { identity };
  if (toolsAllowed && openToTools.includes(service)) return { identity: identities.operator };
  return accessKeyId === undefined
    ? { refusal: { errorName: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' } }
    : { refusal: { errorName: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' } };
}
