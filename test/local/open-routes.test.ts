import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { routes } from '../../lambdas/contract/routes.ts';
import { testEnvironment } from './environment.ts';

const environment = testEnvironment();

describe('what needs no key', () => {
  it('says that the deployment answers, and which version', async () => {
    const { status, json } = await environment().client().send('GET', '/health');

    expect(status).toBe(200);
    expect(json).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  });

  it('is the OpenAPI document, which has every route of the contract and no other', async () => {
    const { json } = await environment().client().send('GET', '/v1/openapi.json');
    const document = json as { openapi: string; paths: Record<string, Record<string, unknown>> };

    const described = Object.entries(document.paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`));
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(described.sort()).toEqual(routes.map(({ method, path: route }) => `${method} ${route}`).sort());
  });
});

describe('endpoints.json', () => {
  it('is for this user alone and names all that scripts need', async () => {
    const { endpoints, folder } = environment();
    const file = path.join(folder, 'endpoints.json');

    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(endpoints);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Object.keys(endpoints)).toEqual(
      expect.arrayContaining(['apiUrl', 'apiKey', 'merchantId', 'otherMerchant', 'noScopeKey', 'webhookUrl', 'webhookSecret', 'simulatorUrl', 'consoleUrl', 'dynamodbUrl', 'sfnUrl', 'stateMachineArn', 'tables']),
    );
    expect(endpoints.webhookUrl).toBe(`${endpoints.apiUrl}/webhooks/aerosync/${endpoints.merchantId}`);
    expect(endpoints.apiKey).toMatch(/^ab_dev_\S{40,}$/);
    expect(endpoints.merchantId).toMatch(/^mer_[0-9a-f]{32}$/);
    expect(new Set([endpoints.apiKey, endpoints.otherMerchant.apiKey, endpoints.noScopeKey]).size).toBe(3);
  });
});
