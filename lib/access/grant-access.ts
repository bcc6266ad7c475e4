import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { jobMachineName, merchantSecretsPrefix, type Stage } from '../config/stages.ts';
import { acknowledgeWildcard } from '../constructs/acknowledge.ts';
import type { TableName } from '../tables.ts';
import { tableKeyActions } from './table-key-actions.ts';
import type { FunctionAccess, MachineUse, TableUse } from './function-access.ts';

/** What functions are granted access to. */
export interface Storage {
  readonly tables: Readonly<Record<TableName, ITable>>;
  readonly key: IKey;
  readonly deploymentKey: ISecret;
}

/** Turns a function's access into statements of its role, one per thing that is reached. */
export function grantAccess(role: Role, access: FunctionAccess, storage: Storage, stage: Stage): void {
  const uses = new Map(Object.entries<TableUse | undefined>(access.tables ?? {}));
  for (const [name, { tableArn }] of Object.entries(storage.tables)) grantTable(role, tableArn, uses.get(name) ?? {});
  for (const secret of access.secrets ?? []) grantSecret(role, secret, storage, stage);
  for (const use of access.machine ?? []) grantMachine(role, use, stage);
  for (const name of access.streams ?? []) grantStream(role, storage.tables[name]);
  // Tables and secrets are encrypted under one key, and AWS uses it in the name of whoever reads or writes.
  if (uses.size > 0) allow(role, tableKeyActions, [storage.key.keyArn]);
  else if (access.secrets !== undefined) allow(role, ['kms:Decrypt'], [storage.key.keyArn]);
}

function grantTable(role: Role, tableArn: string, { items, query }: TableUse): void {
  if (items !== undefined) allow(role, items.map((action) => `dynamodb:${action}`), [tableArn]);
  if (query !== undefined) allow(role, ['dynamodb:Query'], query.map((index) => (index === 'primary' ? tableArn : `${tableArn}/index/${index}`)));
}

/** Lambda's four calls, on exactly this stream: docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html */
const streamActions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];

function grantStream(role: Role, { tableStreamArn }: ITable): void {
  if (tableStreamArn === undefined) throw new Error('A table whose stream is read has none: lib/tables.ts says which are streamed.');
  allow(role, streamActions, [tableStreamArn]);
}

function grantSecret(role: Role, secret: 'deploymentKey' | 'upstream' | 'webhook', { deploymentKey }: Storage, stage: Stage): void {
  if (secret === 'deploymentKey') {
    allow(role, ['secretsmanager:GetSecretValue'], [deploymentKey.secretArn]);
    return;
  }
  const arn = arnOf(role, 'secretsmanager', 'secret', `${merchantSecretsPrefix(stage)}/*/${secret}-??????`);
  allow(role, ['secretsmanager:GetSecretValue'], [arn]);
  acknowledgeWildcard(role, arn, 'Merchants come and go without a deployment, and Secrets Manager adds six characters of its own to a name.');
}

const machineActions: Readonly<Record<MachineUse, string>> = {
  start: 'states:StartExecution',
  describe: 'states:DescribeExecution',
  succeed: 'states:SendTaskSuccess',
  exit: 'states:SendTaskFailure',
};

function grantMachine(role: Role, use: MachineUse, stage: Stage): void {
  if (use === 'describe') {
    const executions = arnOf(role, 'states', 'execution', `${jobMachineName(stage)}:*`);
    allow(role, [machineActions[use]], [executions]);
    acknowledgeWildcard(role, executions, 'An execution is named after its job, which does not exist yet when this is deployed.');
  } else {
    // By its name: the machine's definition names the task functions, so a reference to it from their roles would be a circle.
    allow(role, [machineActions[use]], [arnOf(role, 'states', 'stateMachine', jobMachineName(stage))]);
  }
}

function allow(role: Role, actions: string[], resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ actions, resources }));
}

function arnOf(role: Role, service: string, resource: string, resourceName: string): string {
  return Stack.of(role).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
