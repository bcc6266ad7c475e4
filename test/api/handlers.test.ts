import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DynamoApiKeyRepository } from '../../lambdas/adapters/dynamodb/api-key-repository.ts';
import { DynamoUserRepository } from '../../lambdas/adapters/dynamodb/user-repository.ts';
import { apiKeyHash } from '../../lambdas/usecases/api-key-text.ts';
import type { ApiHandler } from '../../lambdas/runtime/http.ts';
import { apiEvent, lambdaContext } from '../support/api-event.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { apiRoutes } from '../support/route-examples.ts';

const files = readdirSync('lambdas/api').filter((file) => file.endsWith('.ts'));
const load = async (name: string) => (await import(`../../lambdas/api/${name}.ts`)) as { handler: unknown };

describe('lambdas/api', () => {
  it('has one file per route of the contract, the authorizer, and the answer to everything else', () => {
    expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual([...apiRoutes.map(({ name }) => name), 'authorize', 'not-found'].sort());
  });

  it.each(files)('%s can be imported without an environment, and exports its handler', async (file) => {
    vi.stubEnv('ACCESS_TABLE', undefined);
    expect(await load(file.replace('.ts', ''))).toMatchObject({ handler: expect.any(Function) as unknown });
    vi.unstubAllEnvs();
  });
});

describe('a deployed function', () => {
  let dynamodb: TestDynamodb;
  const merchantId = 'mer_1';
  const person = {
    merchantId, id: 'usr_1', externalId: 'customer-1', upstreamUserId: 'u', aeroPassUserUuid: 'u', status: 'active' as const, verification: null, codesSentAt: [],
    firstName: 'Jane', lastName: 'Doe', phoneNumber: '+13125550142', email: 'jane@example.com', createdAt: '2026-03-02T12:00:00.000Z',
  };

  beforeAll(async () => {
    dynamodb = await startDynamodb();
    const { tables, client } = dynamodb;
    const users = new DynamoUserRepository(tables.users, client, async (text) => text.length.toString());
    await users.claim({ merchantId, userId: person.id, externalId: person.externalId, phoneNumber: person.phoneNumber }, new Date(), 1000);
    await users.store(person);
    await new DynamoApiKeyRepository(tables.access, client).store(apiKeyHash(`ab_dev_${'k'.repeat(43)}`), {
      id: 'key_1', merchantId, name: 'app', scopes: ['users:read', 'connections:read', 'events:read'], createdAt: person.createdAt, expiresAt: null, revokedAt: null,
    });
    const environment = {
      STAGE: 'dev', UPSTREAM_ENVIRONMENT: 'sandbox', AEROPAY_BASE_URL: 'http://127.0.0.1:9', AEROSYNC_BASE_URL: 'http://127.0.0.1:9', MERCHANT_SECRETS_PREFIX: 'aerobridge/dev/merchants',
      USERS_TABLE: tables.users, CONNECTIONS_TABLE: tables.connections, JOBS_TABLE: tables.jobs, RESULTS_TABLE: tables.results, ACCESS_TABLE: tables.access, EVENTS_TABLE: tables.events,
      JOB_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:job', DEPLOYMENT_KEY_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:key', RESULT_DAYS: '7',
      AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint, POWERTOOLS_LOG_LEVEL: 'SILENT',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await dynamodb.stop();
  });

  it('finds its tables through its environment, and its caller through the authorizer', async () => {
    const { handler: authorize } = (await load('authorize')) as { handler: (event: unknown) => Promise<{ context: Record<string, string> }> };
    const { context } = await authorize({ headers: { authorization: `Bearer ab_dev_${'k'.repeat(43)}` } });
    const call = async (name: string, path: string, params: Record<string, string>) => {
      const { handler } = (await load(name)) as { handler: ApiHandler };
      const reply = await handler(apiEvent({ method: 'GET', path, routeKey: '', params, query: '', headers: {}, body: undefined, authorizer: context }), lambdaContext());
      return { status: reply.statusCode, body: JSON.parse(reply.body) as unknown };
    };
    expect(await call('get-user', '/v1/users/usr_1', { userId: 'usr_1' })).toMatchObject({ status: 200, body: { id: 'usr_1', firstName: 'Jane' } });
    expect(await call('list-users', '/v1/users', {})).toMatchObject({ status: 200, body: { items: [{ id: 'usr_1' }], nextCursor: null } });
    expect(await call('list-connections', '/v1/connections', {})).toMatchObject({ status: 200, body: { items: [] } });
    expect(await call('get-connection', '/v1/connections/c', { connectionId: 'c' })).toMatchObject({ status: 404 });
    expect(await call('list-events', '/v1/events', {})).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    expect(await call('list-jobs', '/v1/jobs', {})).toMatchObject({ status: 403 });
  });
});
