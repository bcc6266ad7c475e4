import { createHash } from 'node:crypto';

/** What other resources can say about a resource: the value of `Ref`, and of each attribute of `Fn::GetAtt`. */
export interface ResourceNames {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NamingContext {
  readonly stackName: string;
  readonly logicalId: string;
  readonly region: string;
  readonly accountId: string;
  /** A property that names the resource, evaluated; undefined when the template leaves the name to AWS. */
  text(property: string): string | undefined;
  /** Whether the template sets a property, whatever to. */
  has(property: string): boolean;
  /** Where the gateway of this resource, an HTTP API, listens; without a trailing slash. */
  readonly apiEndpoint: string;
}

type Naming = (context: NamingContext) => ResourceNames;

/**
 * How each known type is named. Names that the template leaves open are `<stack>-<logical id>`, without AWS's random
 * tail, so that a log line and a table are the same at every start.
 */
export const resourceNames: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': (c) => named(c.text('FunctionName') ?? generated(c), (name) => ({ Arn: arn(c, 'lambda', `function:${name}`) })),
  'AWS::Lambda::Permission': (c) => named(opaqueId(c, 'permission'), (id) => ({ Id: id })),
  'AWS::Lambda::EventInvokeConfig': (c) => named(opaqueId(c, 'invoke-config'), () => ({})),
  'AWS::Lambda::EventSourceMapping': (c) => named(opaqueId(c, 'mapping', 'hex').slice(0, 32), (id) => ({ Id: id, EventSourceMappingArn: arn(c, 'lambda', `event-source-mapping:${id}`) })),
  'AWS::StepFunctions::StateMachine': (c) => {
    const name = c.text('StateMachineName') ?? generated(c);
    return named(arn(c, 'states', `stateMachine:${name}`), (machineArn) => ({ Arn: machineArn, Name: name }));
  },
  'AWS::SecretsManager::Secret': (c) => {
    const name = c.text('Name') ?? generated(c);
    return named(secretArn(c, name), (secret) => ({ Id: secret }));
  },
  'AWS::SecretsManager::ResourcePolicy': (c) => named(opaqueId(c, 'policy'), () => ({})),
  'AWS::ApiGatewayV2::Api': (c) => named(opaqueId(c, 'api').slice(0, 10), (id) => ({ ApiId: id, ApiEndpoint: c.apiEndpoint })),
  'AWS::ApiGatewayV2::Stage': (c) => named(c.text('StageName') ?? '$default', () => ({})),
  'AWS::ApiGatewayV2::Route': (c) => named(opaqueId(c, 'route').slice(0, 7), (id) => ({ RouteId: id })),
  'AWS::ApiGatewayV2::Integration': (c) => named(opaqueId(c, 'integration').slice(0, 7), (id) => ({ IntegrationId: id })),
  'AWS::ApiGatewayV2::Authorizer': (c) => named(opaqueId(c, 'authorizer').slice(0, 6), (id) => ({ AuthorizerId: id })),
  'AWS::ApiGatewayV2::Deployment': (c) => named(opaqueId(c, 'deployment').slice(0, 6), (id) => ({ DeploymentId: id })),
  'AWS::Events::Rule': (c) => named(c.text('Name') ?? generated(c), (name) => ({ Arn: arn(c, 'events', `rule/${name}`) })),
  'AWS::Scheduler::Schedule': (c) => named(c.text('Name') ?? generated(c), (name) => ({ Arn: arn(c, 'scheduler', `schedule/${c.text('GroupName') ?? 'default'}/${name}`) })),
  'AWS::Scheduler::ScheduleGroup': (c) => named(c.text('Name') ?? generated(c), (name) => ({ Arn: arn(c, 'scheduler', `schedule-group/${name}`) })),
  'AWS::IAM::Role': (c) => named(c.text('RoleName') ?? generated(c), (name) => ({ Arn: `arn:aws:iam::${c.accountId}:role${c.text('Path') ?? '/'}${name}`, RoleId: `AROA${opaqueId(c, 'role').toUpperCase()}` })),
  'AWS::IAM::Policy': (c) => named(c.text('PolicyName') ?? generated(c), (name) => ({ Id: name })),
  'AWS::IAM::ManagedPolicy': (c) => named(`arn:aws:iam::${c.accountId}:policy/${c.text('ManagedPolicyName') ?? generated(c)}`, (policyArn) => ({ PolicyArn: policyArn })),
  'AWS::KMS::Key': (c) => named(keyId(c), (id) => ({ KeyId: id, Arn: arn(c, 'kms', `key/${id}`) })),
  'AWS::KMS::Alias': (c) => named(c.text('AliasName') ?? generated(c), () => ({})),
  'AWS::Logs::LogGroup': (c) => named(c.text('LogGroupName') ?? generated(c), (name) => ({ Arn: arn(c, 'logs', `log-group:${name}:*`) })),
  'AWS::Logs::MetricFilter': (c) => named(c.text('FilterName') ?? generated(c), () => ({})),
  'AWS::Logs::QueryDefinition': (c) => named(opaqueId(c, 'query'), (id) => ({ QueryDefinitionId: id })),
  'AWS::Logs::ResourcePolicy': (c) => named(c.text('PolicyName') ?? generated(c), () => ({})),
  'AWS::CloudWatch::Alarm': (c) => named(c.text('AlarmName') ?? generated(c), (name) => ({ Arn: arn(c, 'cloudwatch', `alarm:${name}`) })),
  'AWS::CloudWatch::CompositeAlarm': (c) => named(c.text('AlarmName') ?? generated(c), (name) => ({ Arn: arn(c, 'cloudwatch', `alarm:${name}`) })),
  'AWS::CloudWatch::Dashboard': (c) => named(c.text('DashboardName') ?? generated(c), () => ({})),
  'AWS::SNS::Topic': (c) => {
    const name = c.text('TopicName') ?? generated(c);
    return named(arn(c, 'sns', name), (topicArn) => ({ TopicArn: topicArn, TopicName: name }));
  },
  'AWS::SNS::TopicPolicy': (c) => named(opaqueId(c, 'policy'), (id) => ({ Id: id })),
  'AWS::SNS::Subscription': (c) => named(opaqueId(c, 'subscription'), (id) => ({ Arn: id })),
  'AWS::SQS::Queue': (c) => {
    const name = c.text('QueueName') ?? generated(c);
    return named(`https://sqs.${c.region}.amazonaws.com/${c.accountId}/${name}`, (url) => ({ QueueUrl: url, QueueName: name, Arn: arn(c, 'sqs', name) }));
  },
  'AWS::SQS::QueuePolicy': (c) => named(opaqueId(c, 'policy'), (id) => ({ Id: id })),
  'AWS::CDK::Metadata': (c) => named(opaqueId(c, 'metadata'), () => ({})),
};

function named(ref: string, attributes: (ref: string) => Record<string, string>): ResourceNames {
  return { ref, attributes: attributes(ref) };
}

function table(c: NamingContext): ResourceNames {
  return named(c.text('TableName') ?? generated(c), (name) => ({
    Arn: arn(c, 'dynamodb', `table/${name}`),
    // AWS puts the time at which the stream was switched on at the end.
    ...(c.has('StreamSpecification') && { StreamArn: arn(c, 'dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`) }),
  }));
}

function generated(c: NamingContext): string {
  return `${c.stackName}-${c.logicalId}`;
}

function arn(c: NamingContext, service: string, resource: string): string {
  return `arn:aws:${service}:${c.region}:${c.accountId}:${resource}`;
}

/** Secrets Manager appends six characters to the name, so that a secret of the same name made later has another ARN. */
function secretArn(c: NamingContext, name: string): string {
  return `${arn(c, 'secretsmanager', `secret:${name}`)}-${opaqueId(c, 'secret').slice(0, 6)}`;
}

function keyId(c: NamingContext): string {
  return opaqueId(c, 'key', 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** An id of AWS's making: the same at every start, lower case, different for every resource. */
function opaqueId(c: NamingContext, kind: string, alphabet: 'letters' | 'hex' = 'letters'): string {
  const digest = createHash('sha256').update(`${kind}/${c.stackName}/${c.logicalId}`).digest('hex');
  return alphabet === 'hex' ? digest : BigInt(`0x${digest}`).toString(36).padStart(40, '0').slice(0, 21);
}
