import type { Mutant } from './mutant.ts';

const signature = 'test/adapters/verify-signature.test.ts';
const records = 'test/repositories/idempotency-records.test.ts';

/** What faces callers and the internet: signatures, keys, tenants, cursors, repeats. */
export const edgeMutants: readonly Mutant[] = [
  {
    name: 'signature: what follows it is ignored', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: '([0-9a-fA-F]{64})$/', replace: '([0-9a-fA-F]{64})/',
    caughtBy: { file: signature, title: 'is refused: %s' },
  },
  {
    name: 'signature: what stands before it is ignored', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: '/^sha256=(', replace: '/sha256=(',
    caughtBy: { file: signature, title: 'is refused: %s' },
  },
  {
    name: 'signature: only lower-case digits', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: '[0-9a-fA-F]', replace: '[0-9a-f]',
    caughtBy: { file: 'test/webhooks/mutated-deliveries.test.ts', title: 'gets 200 from the handler and is worked on' },
  },
  {
    name: 'signature: compared over a tidied body', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: '.update(rawBody)', replace: '.update(String(rawBody).trim())',
    caughtBy: { file: signature, title: 'is refused once the body is written differently' },
  },
  {
    name: 'signature: only its first bytes are compared', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: '.digest(), given)', replace: '.digest().subarray(0, 8), given.subarray(0, 8))',
    caughtBy: { file: signature, title: 'is refused for every other body and every other digest' },
  },
  {
    name: 'signature: an empty secret signs', file: 'lambdas/adapters/aerosync/verify-signature.ts',
    find: "secret !== ''", replace: "secret !== ' '",
    caughtBy: { file: signature, title: 'is refused without a secret, and under an empty one' },
  },
  {
    name: 'signature: the handler goes on without one', file: 'lambdas/webhooks/receive-aerosync-webhook.ts',
    find: 'if (!deps.isSigned(', replace: 'if (event.headers[signatureHeader] !== undefined && !deps.isSigned(',
    caughtBy: { file: 'test/webhooks/mutated-deliveries.test.ts', title: 'gets the same 401 from the handler, whatever was changed, and touches nothing' },
  },
  {
    name: 'idempotency: another body gets the first reply', file: 'lambdas/adapters/dynamodb/idempotency-records.ts',
    find: 'record.fingerprint !== fingerprint', replace: "record.fingerprint === ''",
    caughtBy: { file: records, title: 'is refused when the key belongs to another request, running or answered' },
  },
  {
    name: 'idempotency: the body is no part of the fingerprint', file: 'lambdas/runtime/http.ts',
    find: 'const content = { method: contract.method, path, query, body };', replace: 'const content = { method: contract.method, path, query };',
    caughtBy: { file: 'test/api/idempotency.test.ts', title: 'refuses another request with the same key' },
  },
  {
    name: 'idempotency: a running request is overtaken', file: 'lambdas/adapters/dynamodb/idempotency-records.ts',
    find: 'lockedUntil <= :now', replace: 'lockedUntil >= :now',
    caughtBy: { file: records, title: 'is started by one of 100 that arrive at once' },
  },
  {
    name: 'idempotency: a dead run is taken over by another request', file: 'lambdas/adapters/dynamodb/idempotency-records.ts',
    find: 'AND fingerprint = :fingerprint)', replace: 'AND (fingerprint = :fingerprint OR fingerprint <> :fingerprint))',
    caughtBy: { file: records, title: 'is taken over by its own repeat, and by nothing else, once the first run must have died' },
  },
  {
    name: 'idempotency: an overtaken run completes the record', file: 'lambdas/adapters/dynamodb/idempotency-records.ts',
    find: "'holder = :holder',", replace: "'holder = :holder OR holder <> :holder',",
    caughtBy: { file: records, title: 'cannot complete the record of the run that overtook it' },
  },
  {
    name: 'tenant: a connection is found by its id alone', file: 'lambdas/adapters/dynamodb/row-keys.ts',
    find: '`${merchantId}#${connectionId}`, sk: \'CONNECTION\'', replace: '`#${connectionId}`, sk: \'CONNECTION\'',
    caughtBy: { file: 'test/api/isolation.test.ts', title: 'answers on $name exactly as an id that does not exist, and changes nothing' },
  },
  {
    name: 'tenant: a user is found by its id alone', file: 'lambdas/adapters/dynamodb/row-keys.ts',
    find: '`${merchantId}#${userId}`', replace: '`#${userId}`',
    caughtBy: { file: 'test/api/isolation.test.ts', title: 'answers on $name exactly as an id that does not exist, and changes nothing' },
  },
  {
    name: 'tenant: a result is found by its job alone', file: 'lambdas/adapters/dynamodb/row-keys.ts',
    find: '`${merchantId}#${jobId}`', replace: '`#${jobId}`',
    caughtBy: { file: 'test/repositories/results.test.ts', title: 'belong to one merchant' },
  },
  {
    name: 'scope: any key may do anything', file: 'lambdas/runtime/http-request.ts',
    find: '!caller.scopes.includes(scope)', replace: 'caller.scopes.length > 99',
    caughtBy: { file: 'test/api/edge.test.ts', title: '$name refuses a key without its scope, one with all others, and a missing caller' },
  },
  {
    name: 'API key: an expired one is good', file: 'lambdas/usecases/authenticate.ts',
    find: 'Date.parse(key.expiresAt) <= deps', replace: 'Date.parse(key.expiresAt) > deps',
    caughtBy: { file: 'test/api/authorize.test.ts', title: 'refuses an expired key, to the second' },
  },
  {
    name: 'API key: a revoked one is good', file: 'lambdas/usecases/authenticate.ts',
    find: '|| key.revokedAt !== null', replace: '',
    caughtBy: { file: 'test/api/authorize.test.ts', title: 'refuses a revoked key' },
  },
  {
    name: 'cursor: good for another merchant', file: 'lambdas/runtime/cursor.ts',
    find: '[scope.merchantId, scope.route, filter]', replace: '[scope.route, filter]',
    caughtBy: { file: 'test/api/isolation.test.ts', title: 'is good for no cursor: one of another merchant is refused on every list' },
  },
  {
    name: 'cursor: good for another filter', file: 'lambdas/runtime/cursor.ts',
    find: '[scope.merchantId, scope.route, filter]', replace: '[scope.merchantId, scope.route]',
    caughtBy: { file: 'test/api/connections.test.ts', title: 'filter by status and expiry, and bind the cursor to the filter' },
  },
  {
    name: 'person: two creates of one person both go upstream', file: 'lambdas/adapters/dynamodb/user-claims.ts',
    find: "'attribute_not_exists(pk) OR leaseUntil <= :now'", replace: "'attribute_not_exists(pk) OR leaseUntil >= :now'",
    caughtBy: { file: 'test/repositories/users.test.ts', title: 'lets one of 100 simultaneous creates of the same person through and holds the others' },
  },
  {
    name: 'results: an older job takes the place of the newest', file: 'lambdas/adapters/dynamodb/newest-result.ts',
    find: 'OR completedAt < :completedAt OR', replace: 'OR completedAt > :completedAt OR',
    caughtBy: { file: 'test/repositories/results.test.ts', title: 'is that of the job which completed last, in whichever order that is written' },
  },
];
