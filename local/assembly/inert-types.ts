/**
 * Resource types that a template may hold and that do nothing here, each with why that is no loss. All their
 * properties are accepted. Anything in neither this list nor `implementedTypes` stops the boot.
 */
export const inertTypes: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Deployment': 'the gateway always serves the routes of the template',
  'AWS::CDK::Metadata': 'it tells AWS which constructs were used',
  'AWS::CloudWatch::Alarm': 'no metrics are collected, so no alarm can ring',
  'AWS::CloudWatch::CompositeAlarm': 'no metrics are collected, so no alarm can ring',
  'AWS::CloudWatch::Dashboard': 'no metrics are collected, so there is nothing to draw',
  'AWS::KMS::Alias': 'nothing is encrypted at rest',
  'AWS::KMS::Key': 'nothing is encrypted at rest',
  'AWS::Logs::LogGroup': 'what functions print goes to the local cloud’s own output',
  'AWS::Logs::MetricFilter': 'no metrics are collected',
  'AWS::Logs::QueryDefinition': 'a saved query of the console',
  'AWS::Logs::ResourcePolicy': 'what functions print goes to the local cloud’s own output',
  'AWS::SNS::Subscription': 'only alarms and AWS itself publish to topics, and neither exists here',
  'AWS::SNS::Topic': 'only alarms and AWS itself publish to topics, and neither exists here',
  'AWS::SNS::TopicPolicy': 'only alarms and AWS itself publish to topics, and neither exists here',
  'AWS::SQS::Queue': 'a dead-letter queue: what is given up is said on the local cloud’s own output',
  'AWS::SQS::QueuePolicy': 'a dead-letter queue: what is given up is said on the local cloud’s own output',
  'AWS::Scheduler::ScheduleGroup': 'a name that schedules carry',
  'AWS::SecretsManager::ResourcePolicy': 'roles are read, policies of resources are not',
};
