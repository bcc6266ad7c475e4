import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Storage } from '../access/grant-access.ts';
import { merchantSecretsPrefix, type Stage } from '../config/stages.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import { removalPolicy } from '../constructs/removal-policy.ts';
import { keyAttributes, tables, type TableDefinition, type TableName } from '../tables.ts';

export interface DataStackProps extends StackProps {
  readonly stage: Stage;
}

/** What must not be lost: tables, the key they are encrypted under, the secret of this deployment. */
export class DataStack extends Stack implements Storage {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly key: Key;
  readonly deploymentKey: Secret;

  constructor(scope: Construct, id: string, { stage, ...props }: DataStackProps) {
    super(scope, id, props);
    this.key = new Key(this, 'Key', {
      description: `Encrypts the tables and secrets of aerobridge ${stage.name}`,
      enableKeyRotation: true,
      removalPolicy: removalPolicy(stage),
      pendingWindow: Duration.days(stage.keepsData ? 30 : 7),
    });
    const table = (name: TableName) => this.#table(name, tables[name], stage);
    this.tables = { users: table('users'), connections: table('connections'), jobs: table('jobs'), results: table('results'), access: table('access'), events: table('events') };
    this.deploymentKey = this.#deploymentKey(stage);

    for (const [name, { tableName }] of Object.entries(this.tables)) new CfnOutput(this, `${pascalCase(name)}Table`, { value: tableName });
    new CfnOutput(this, 'DataKeyArn', { value: this.key.keyArn });
    new CfnOutput(this, 'DeploymentKeySecretArn', { value: this.deploymentKey.secretArn });
    new CfnOutput(this, 'MerchantSecretsPrefix', { value: merchantSecretsPrefix(stage) });
  }

  #table(name: TableName, definition: TableDefinition, stage: Stage): Table {
    const text = (attribute: string) => ({ name: attribute, type: AttributeType.STRING });
    // Not TableV2: with a key of one's own it wants to know the region, and these stacks fit any.
    const table = new Table(this, pascalCase(name), {
      partitionKey: text(keyAttributes.partitionKey),
      sortKey: text(keyAttributes.sortKey),
      timeToLiveAttribute: keyAttributes.expiry,
      ...(definition.streamed && { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.keepsData && definition.recoverable },
      deletionProtection: stage.keepsData,
      removalPolicy: removalPolicy(stage),
    });
    for (const [indexName, { partitionKey, sortKey }] of Object.entries(definition.indexes)) {
      table.addGlobalSecondaryIndex({ indexName, partitionKey: text(partitionKey), sortKey: text(sortKey) });
    }
    if (!stage.keepsData) acknowledge(table, 'AwsSolutions-DDB3', 'This stage holds nothing that anybody would want back.');
    else if (!definition.recoverable) acknowledge(table, 'AwsSolutions-DDB3', 'It is kept for days only, and must be gone when it is gone.');
    return table;
  }

  /** 64 letters and digits, over 256 random bits: the key of hashes of people, requests and cursors. */
  #deploymentKey(stage: Stage): Secret {
    const secret = new Secret(this, 'DeploymentKey', {
      description: `Key of aerobridge ${stage.name} for hashes of people, of idempotent requests and of cursors`,
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: removalPolicy(stage),
    });
    acknowledge(secret, 'AwsSolutions-SMG4', 'People are found by hashes that it keys, and cursors are bound by it: a new one, on a calendar, would lose them.');
    return secret;
  }
}
