import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bootLocalCloud } from '../../local/boot-local-cloud.ts';
import type { LocalCloudOptions } from '../../local/local-cloud.ts';
import { LocalCloudError } from '../../local/local-cloud-error.ts';
import { changed } from './fixture/boot-shop.ts';
import { loud } from './fixture/handlers.ts';
import { lambdaFunction, role, shop } from './fixture/shop.ts';
import { assemblyForTest, codeOf, type Fixture, type Json } from './fixture/write-assembly.ts';

/** Boots and closes again; the problem when it does not boot. */
async function problemOf(fixture: Fixture, options: Partial<LocalCloudOptions> = {}): Promise<string> {
  try {
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(fixture), ...options });
    await cloud.close();
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(LocalCloudError);
    return error instanceof Error ? error.message : '';
  }
}

/** The shop with a property of one resource set to something else. */
function withProperty(logicalId: string, property: string, value: Json, stackName = 'App'): Fixture {
  const resources = shop.stacks.find(({ name }) => name === stackName)?.template.Resources as Record<string, { Properties: Record<string, Json> }>;
  const resource = resources[logicalId];
  return changed({ [logicalId]: { ...resource, Properties: { ...resource?.Properties, [property]: value } } }, stackName);
}

describe('an assembly', () => {
  it('boots, and tells what it has by logical id and by output', async () => {
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(shop) });
    onTestFinished(() => cloud.close());
    expect(cloud.tables).toEqual({ Orders: 'Data-Orders', Customers: 'Data-customers' });
    expect(cloud.functions).toMatchObject({ Probe: 'probe', Echo: 'App-Echo' });
    expect(cloud.stateMachineArns).toEqual({ Machine: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders', orders: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders' });
    expect(cloud.secrets['Hmac']).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:shop\/hmac-[a-z0-9]{6}$/);
    expect(cloud.outputs).toMatchObject({ 'Data.OrdersName': 'Data-Orders', 'Data:OrdersName': 'Data-Orders', OrdersName: 'Data-Orders', HmacArn: cloud.secrets['Hmac'], ApiUrl: cloud.apiUrl });
    expect(cloud.apiUrls).toEqual({ Api: cloud.apiUrl });
  });

  it('has its functions refer across stacks, by export and by output', async () => {
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::ImportValue': 'Data:OrdersName' }, B: { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'HmacArn' } } } })) });
    onTestFinished(() => cloud.close());
    const outcome = await cloud.invoke('probe', { action: 'env' });
    expect(JSON.parse(outcome.ok ? outcome.payload : '')).toMatchObject({ A: 'Data-Orders', B: cloud.secrets['Hmac'] });
  });

  it('serves a named stage below its name', async () => {
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(withProperty('Stage', 'StageName', 'v1')) });
    onTestFinished(() => cloud.close());
    expect(cloud.apiUrl).toMatch(/\/v1$/);
    const event = (await (await fetch(`${cloud.apiUrl}/pets/dog`)).json()) as Record<string, unknown>;
    expect(event).toMatchObject({ routeKey: 'GET /pets/dog', rawPath: '/v1/pets/dog', requestContext: { stage: 'v1' } });
    expect((await fetch(cloud.apiUrl.replace('/v1', '/pets/dog'))).status).toBe(404);
  });

  it('is read through nested assemblies', async () => {
    const nested = assemblyForTest(shop);
    const outer = mkdtempSync(path.join(tmpdir(), 'local-cloud-'));
    onTestFinished(() => rmSync(outer, { recursive: true }));
    writeFileSync(path.join(outer, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts: { Dev: { type: 'cdk:cloud-assembly', properties: { directoryName: path.relative(outer, nested) } } } }));
    const cloud = await bootLocalCloud({ assembly: outer });
    onTestFinished(() => cloud.close());
    expect(cloud.tables).toHaveProperty('Orders');
  });

  it('with two APIs has a port for each', async () => {
    const second = {
      SecondApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'second', ProtocolType: 'HTTP' } },
      SecondStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'SecondApi' }, StageName: '$default' } },
    };
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(changed(second)) });
    onTestFinished(() => cloud.close());
    expect(new Set(Object.values(cloud.apiUrls)).size).toBe(2);
    expect((await fetch(`${cloud.apiUrls['SecondApi'] ?? ''}/pets/dog`)).status).toBe(404);
    expect((await fetch(`${cloud.apiUrls['Api'] ?? ''}/pets/dog`)).status).toBe(200);
  });
});

describe('what the local cloud does not implement stops the boot in one sentence:', () => {
  it.each<[string, Fixture, string | RegExp]>([
    ['a resource type', changed({ Bucket: { Type: 'AWS::S3::Bucket' } }), /^Bucket \(AWS::S3::Bucket, stack App\) is of a type that the local cloud does not implement/],
    ['a property of a function', withProperty('Probe', 'Layers', ['arn']), 'Probe (AWS::Lambda::Function, stack App): Layers is not implemented by the local cloud.'],
    ['a property inside a property', withProperty('Orders', 'TimeToLiveSpecification', { AttributeName: 'x', Enabled: true, Surprise: 1 }, 'Data'), 'Orders (AWS::DynamoDB::GlobalTable, stack Data): TimeToLiveSpecification.Surprise is not implemented by the local cloud.'],
    ['a property of a route', withProperty('RouteStatic', 'AuthorizationScopes', ['a']), /^RouteStatic .*: AuthorizationScopes is not implemented/],
    ['a kind of authorizer', withProperty('Keys', 'AuthorizerType', 'JWT'), /^Keys .*: AuthorizerType does not fit/],
    ['an authorizer that answers with policies', withProperty('Keys', 'EnableSimpleResponses', false), /^Keys .*: EnableSimpleResponses does not fit/],
    ['an identity source', withProperty('Keys', 'IdentitySource', ['$context.httpMethod']), /^Keys .*: IdentitySource\.0 does not fit \(only \$request\.header/],
    ['version 1.0 of the payload', withProperty('EchoIntegration', 'PayloadFormatVersion', '1.0'), /^EchoIntegration .*: PayloadFormatVersion does not fit/],
    ['answers to preflights', withProperty('Api', 'CorsConfiguration', {}), /^Api .*: CorsConfiguration is not implemented/],
    ['a runtime', withProperty('Probe', 'Runtime', 'python3.13'), /^Probe .*: Runtime does not fit \(only Node\.js runtimes\)/],
    ['code that is not in an asset', withProperty('Probe', 'Code', { S3Bucket: 'b', S3Key: 'k.zip' }), /^Probe .*: its code is not an asset folder of the assembly/],
    ['an Express state machine', withProperty('Machine', 'StateMachineType', 'EXPRESS'), /^Machine .*: StateMachineType does not fit/],
    ['a state that the runner does not know', withProperty('Machine', 'DefinitionString', JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Dream', End: true } } })), /^Machine \(AWS::StepFunctions::StateMachine, stack App\) cannot run here: /],
    ['a cron schedule', withProperty('EveryMinute', 'ScheduleExpression', 'cron(0 12 * * ? *)'), /^EveryMinute .* has the schedule cron\(0 12 \* \* \? \*\); the local cloud implements rate\(…\) only\.$/],
    ['a matcher of event patterns', withProperty('Ended', 'EventPattern', { detail: { status: [{ 'anything-but': ['SUCCEEDED'] }] } }), 'Ended (AWS::Events::Rule, stack App): EventPattern.detail.status (anything-but) is not implemented by the local cloud.'],
    ['an or between event patterns', withProperty('Ended', 'EventPattern', { $or: [] }), /EventPattern\.\$or is not implemented/],
    ['a transformed input', withProperty('Ended', 'Targets', [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Listener', 'Arn'] }, InputTransformer: {} }]), /^Ended .*: Targets\.0\.InputTransformer is not implemented/],
    ['a keyword of the scheduler', withProperty('EveryHour', 'Target', { Arn: { 'Fn::GetAtt': ['Listener', 'Arn'] }, RoleArn: 'r', Input: '{"at":"<aws.scheduler.scheduled-time>"}' }), /^EveryHour .*: Target\.Input does not fit/],
    ['two replicas', withProperty('Orders', 'Replicas', [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }], 'Data'), /^Orders .*: Replicas does not fit \(one replica/],
    ['an attribute', withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::GetAtt': ['Echo', 'SnapStartResponse'] } } }), 'Probe (AWS::Lambda::Function, stack App) asks for the attribute SnapStartResponse of Echo (AWS::Lambda::Function), which the local cloud does not implement.'],
    ['an intrinsic function', withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::Length': [] } } }), 'Probe (AWS::Lambda::Function, stack App) uses Fn::Length, which the local cloud does not implement.'],
    ['a pseudo parameter', withProperty('Probe', 'Environment', { Variables: { A: { Ref: 'AWS::NotificationARNs' } } }), /^Probe .* refers to AWS::NotificationARNs, which the local cloud does not implement/],
    ['a parameter that lies in Parameter Store', { stacks: [{ name: 'Data', template: { Parameters: { Size: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/size' } }, Resources: {}, Outputs: { Size: { Value: { Ref: 'Size' } } } } }] }, 'The output Size of stack Data refers to the parameter Size, whose value lies in Parameter Store, which the local cloud does not imitate.'],
    ['a parameter without a default', { stacks: [{ name: 'Data', template: { Parameters: { Size: { Type: 'Number' } }, Resources: {}, Outputs: { Size: { Value: { Ref: 'Size' } } } } }] }, /refers to the parameter Size, which has no default/],
    ['a section of the template', { ...shop, stacks: [{ name: 'Data', template: { Resources: {}, Transform: 'AWS::Serverless-2016-10-31' } }] }, /Data\.template\.json is not what the local cloud can boot: Transform is not implemented/],
    ['a rule of the template', { ...shop, stacks: [{ name: 'Data', template: { Resources: {}, Rules: { Mine: {} } } }] }, 'The rule Mine of stack Data is not implemented by the local cloud.'],
    ['two regions', { ...shop, stacks: [{ name: 'A', template: { Resources: {} } }, { name: 'B', template: { Resources: {} }, environment: 'aws://unknown-account/eu-west-1' }] }, /live in 000000000000\/\S+ and 000000000000\/\S+: the local cloud imitates one account and region/],
  ])('%s', async (_what, fixture, sentence) => {
    const problem = await problemOf(fixture);
    expect(problem).toMatch(sentence);
    expect(problem.split('\n')).toHaveLength(1);
  });
});

describe('a template that refers to what is not there stops the boot:', () => {
  it.each<[string, Fixture, string | RegExp]>([
    ['a resource', withProperty('Probe', 'Environment', { Variables: { A: { Ref: 'Nobody' } } }), 'Probe (AWS::Lambda::Function, stack App) refers to Nobody, which stack App does not have.'],
    ['a resource that its condition removed', withProperty('Probe', 'Environment', { Variables: { A: { Ref: 'Skipped' } } }), /^Probe .* refers to Skipped, which stack App does not have/],
    ['an export', withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::ImportValue': 'nowhere' } } }), 'Probe (AWS::Lambda::Function, stack App) imports nowhere, which no stack of the assembly exports.'],
    ['an output', withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'None' } } } }), 'The output None of stack Data does not exist.'],
    ['a stack', withProperty('Probe', 'Environment', { Variables: { A: { 'Fn::GetStackOutput': { StackName: 'Else', OutputName: 'None' } } } }), /reads the output None of stack Else, which is not in the assembly/],
    ['a mapping', withProperty('Probe', 'MemorySize', { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'memory'] }), /looks for eu-west-1\.memory in the mapping Sizes/],
    ['a function behind a route', withProperty('EchoIntegration', 'IntegrationUri', 'arn:aws:lambda:us-east-1:000000000000:function:gone'), /^EchoIntegration .* leads to arn:aws:lambda:us-east-1:000000000000:function:gone, which is no function of the assembly/],
    ['a function behind a rule', withProperty('Ended', 'Targets', [{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:1:q' }]), /^Ended .* has the target arn:aws:sqs:us-east-1:1:q, which is no function/],
    ['a function in a state machine', withProperty('Machine', 'DefinitionSubstitutions', { OrdersTable: 'a', LookArn: 'arn:aws:lambda:us-east-1:000000000000:function:gone' }), /^Machine .* calls arn:aws:lambda:us-east-1:000000000000:function:gone, which is no function/],
    ['an authorizer', withProperty('RouteGuarded', 'AuthorizerId', 'none'), /^RouteGuarded .*: AuthorizationType and AuthorizerId do not go together/],
    ['a stage', changed({ Stage: undefined }), /^Api .* must have exactly one stage/],
    ['itself', withProperty('Customers', 'TableName', { 'Fn::Join': ['', ['a', { Ref: 'Customers' }]] }, 'Data'), /^Customers .* refers to itself/],
  ])('%s', async (_what, fixture, sentence) => {
    expect(await problemOf(fixture)).toMatch(sentence);
  });
});

describe('the boot', () => {
  it('says that a folder is not an assembly', async () => {
    await expect(bootLocalCloud({ assembly: '/nowhere' })).rejects.toThrow(/^\/nowhere\/manifest\.json cannot be read: synthesise the app again\.$/);
  });

  it('says that a file of the assembly is broken', async () => {
    const assembly = assemblyForTest(shop);
    writeFileSync(path.join(assembly, 'App.template.json'), readFileSync(path.join(assembly, 'App.template.json'), 'utf8').slice(0, 100));
    await expect(bootLocalCloud({ assembly })).rejects.toThrow(/App\.template\.json is not JSON: synthesise the app again\.$/);
  });

  it('says that its port is in use', async () => {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    await expect(bootLocalCloud({ assembly: assemblyForTest(shop), port })).rejects.toThrow(`Port ${port} is in use: stop what listens there, or choose another`);
  });

  it('refuses to override a variable that no function declares', async () => {
    expect(await problemOf(shop, { environment: { UPSTREAM_URL: 'x', NO_SUCH: 'y' } })).toBe('NO_SUCH cannot be overridden, since no function of the assembly declares it: declare it in the app, or drop the override.');
  });

  it('loads no function before its first event', async () => {
    const many: Record<string, unknown> = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`Loud${index}`, lambdaFunction('loud')]));
    const loaded: string[] = [];
    const cloud = await bootLocalCloud({ assembly: assemblyForTest({ ...changed(many), assets: { ...shop.assets, loud } }), onOutput: ({ functionName }) => loaded.push(functionName) });
    onTestFinished(() => cloud.close());
    await cloud.invoke('Loud7', {});
    expect(loaded).toEqual(['App-Loud7']);
  });

  it('answers nothing after it was closed, and can be closed twice', async () => {
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(shop) });
    await cloud.close();
    await cloud.close();
    for (const url of [cloud.apiUrl, cloud.endpointUrl, cloud.toolsUrl]) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(await cloud.invoke('probe', {})).toMatchObject({ ok: false });
  });

  it('needs no API', async () => {
    const only: Fixture = { stacks: [{ name: 'Only', template: { Resources: { Role: role, Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: codeOf('echo'), Handler: 'index.handler', Runtime: 'nodejs24.x', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } } } } }], assets: shop.assets ?? {} };
    const cloud = await bootLocalCloud({ assembly: assemblyForTest(only) });
    onTestFinished(() => cloud.close());
    expect((await fetch(cloud.apiUrl)).status).toBe(404);
    expect(await cloud.invoke('Fn', {})).toMatchObject({ ok: true });
  });
});
