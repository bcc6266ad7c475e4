import { beforeAll, describe, expect, it } from 'vitest';
import { apiAccess } from '../../lib/access/api-access.ts';
import { tableKeyActions } from '../../lib/access/table-key-actions.ts';
import { pascalCase } from '../../lib/constructs/pascal-case.ts';
import { apiRoutes } from '../../lib/routes.ts';
import { at, deploymentOf, statementsOf, type Resource, type Statement } from './deployment.ts';

describe('permissions', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  beforeAll(() => {
    deployment = deploymentOf('production');
  });
  const rolesThat = (matches: (policy: Resource) => boolean) => deployment.resources('AWS::IAM::Policy').filter(matches).map(({ id }) => id);

  it('name every action in full', () => {
    const actions = statementsOf(deployment).flatMap((statement) => statement.actions);
    expect(actions.length).toBeGreaterThan(100);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('name every resource, but where AWS knows none or the resource is made later', () => {
    const wide = statementsOf(deployment).filter(({ resources }) => resources.some((resource) => resource.includes('*')));
    expect(wide.length).toBeGreaterThan(0);
    for (const { actions, resources } of wide) {
      for (const resource of resources.filter((one) => one.includes('*'))) {
        if (resource === '"*"') for (const action of actions) expect(action).toMatch(/^(xray:|logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)$)/);
        else if (actions.includes('states:DescribeExecution')) expect(resource).toMatch(/:execution:aerobridge-production-aggregation-job:\*/);
        else expect([actions, resource]).toEqual([['secretsmanager:GetSecretValue'], expect.stringMatching(/:secret:aerobridge\/production\/merchants\/\*\/(upstream|webhook)-\?{6}/)]);
      }
    }
  });

  it('let nobody scan a table, make or drop one, or write a secret', () => {
    const actions = new Set(statementsOf(deployment).flatMap((statement) => statement.actions));
    expect([...actions].filter((action) => /^dynamodb:(Scan|.*Table|Partiql.*)$|^secretsmanager:(?!GetSecretValue)|^kms:(?!Decrypt|DescribeKey|Encrypt|ReEncrypt|GenerateDataKey)|^iam:/i.test(action))).toEqual([]);
  });

  it('keep upstream credentials and results from the function that the internet reaches', () => {
    const statements = statementsOf(deployment, 'ReceiveAerosyncWebhook');
    const reached = statements.flatMap(({ resources }) => resources).join('\n');
    expect(reached).toMatch(/merchants\/\*\/webhook-/);
    expect(reached).not.toMatch(/upstream-|Results|Users|DeploymentKey/);
    expect(JSON.stringify(deployment.resources('AWS::Lambda::Function', 'webhooks').map((one) => at(one, 'Environment')))).not.toMatch(/RESULTS|USERS|AEROPAY/);
  });

  it('let only the webhook function read signing secrets', () => {
    expect(rolesThat(({ Properties }) => JSON.stringify(Properties).includes('webhook-??????'))).toEqual([expect.stringMatching(/^ReceiveAerosyncWebhook/)]);
  });

  it('let only the fetching task write results, and only it, the removal of a connection and the sweep take them away', () => {
    const may = (pattern: RegExp) => rolesThat(({ id }) => statementsOf(deployment, id).some(({ actions, resources }: Statement) => pattern.test(actions.join()) && resources.join().includes('Results')));
    expect(may(/PutItem|UpdateItem|BatchWriteItem/)).toEqual([expect.stringMatching(/^FetchResult/)]);
    expect(may(/DeleteItem/).sort()).toEqual([expect.stringMatching(/^DeleteConnection/), expect.stringMatching(/^FetchResult/), expect.stringMatching(/^Sweep/)]);
  });

  it('give the machine what its states call, and nothing else of ours', () => {
    const ours = statementsOf(deployment, 'AggregationJob').filter(({ resources }) => !resources.includes('"*"'));
    expect(ours.map(({ actions }) => actions)).toEqual([['lambda:InvokeFunction'], ['dynamodb:UpdateItem'], tableKeyActions]);
    expect(ours[0]?.resources).toHaveLength(4);
    expect(ours[1]?.resources.join()).toMatch(/Jobs/);
  });

  it.each(apiRoutes.filter(({ idempotent }) => idempotent))('let $method $path keep its replies under a keyed hash', ({ name }) => {
    const statements = statementsOf(deployment, pascalCase(name));
    expect(statements.some(({ resources }) => resources.join().includes('DeploymentKey'))).toBe(true);
    const access = statements.filter(({ resources }) => resources.join().includes('Access')).flatMap(({ actions }) => actions);
    expect(access).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']));
  });

  it('are said of every route, and of nothing else but the authorizer and the unknown path', () => {
    expect(Object.keys(apiAccess).sort()).toEqual([...apiRoutes.map(({ name }) => name), 'authorize', 'not-found'].sort());
  });

  it('give nothing to what tells nothing', () => {
    for (const name of ['GetHealth', 'GetOpenapi', 'NotFound']) {
      expect(statementsOf(deployment, name).flatMap(({ actions }) => actions).filter((action) => !/^(logs|xray):/.test(action)), name).toEqual([]);
    }
  });
});
