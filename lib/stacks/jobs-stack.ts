import { readFileSync } from 'node:fs';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { taskAccess } from '../access/job-access.ts';
import { tableKeyActions } from '../access/table-key-actions.ts';
import { jobMachineName } from '../config/stages.ts';
import { acknowledge, acknowledgeWildcard } from '../constructs/acknowledge.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import { retainedLogGroup } from '../constructs/retained-log-group.ts';
import { TaskFunction } from '../constructs/task-function.ts';
import type { Platform } from '../platform.ts';

export interface JobsStackProps extends StackProps {
  readonly platform: Platform;
}

const tasks = {
  'create-upstream-job': { description: 'Posts an aggregation job upstream, once' },
  'poll-upstream-job': { description: "Reads an aggregation job's state upstream, when no webhook told it" },
  // Upstream may answer up to 20 MiB of JSON, which is text, values and pages in memory at once.
  'fetch-result': { description: "Fetches what an aggregation job brought, and ends the job", memoryMb: 1024 },
  'record-failure': { description: 'Ends an aggregation job that failed, with the reason a person can act on' },
} as const;

const definitionFile = new URL('../../statemachines/aggregation-job.asl.json', import.meta.url);

/** The aggregation job: its state machine and the functions of its tasks. */
export class JobsStack extends Stack {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { platform, ...props }: JobsStackProps) {
    super(scope, id, props);
    const task = (name: keyof typeof tasks) =>
      new TaskFunction(this, pascalCase(name), { platform, name, access: taskAccess[name], ...tasks[name] }).function;
    const functions = {
      CreateUpstreamJobArn: task('create-upstream-job'),
      PollUpstreamJobArn: task('poll-upstream-job'),
      FetchResultArn: task('fetch-result'),
      RecordFailureArn: task('record-failure'),
    };
    const { jobs } = platform.tables;

    this.machine = new StateMachine(this, 'AggregationJob', {
      stateMachineName: jobMachineName(platform.stage),
      stateMachineType: StateMachineType.STANDARD,
      // As text: the file is deployed as it is, `cdk diff` shows its changes, and CloudFormation's validation reads it.
      definitionBody: DefinitionBody.fromString(readFileSync(definitionFile, 'utf8')),
      definitionSubstitutions: {
        ...Object.fromEntries(Object.entries(functions).map(([placeholder, { functionArn }]) => [placeholder, functionArn])),
        JobsTableName: jobs.tableName,
      },
      tracingEnabled: true,
      logs: {
        destination: retainedLogGroup(this, 'Executions', platform.stage),
        level: LogLevel.ERROR,
        includeExecutionData: false, // the data of an execution names a person's job
      },
    });
    acknowledge(this.machine, 'AwsSolutions-SF1', 'Every event stands in the execution history for 90 days; the log is for errors.');
    acknowledgeWildcard(this.machine, '*', 'X-Ray and the delivery of logs know no resource: docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html');

    // A definition given as text carries no permissions, so what its states call is granted here.
    const allow = (actions: string[], resources: string[]) => this.machine.addToRolePolicy(new PolicyStatement({ actions, resources }));
    allow(['lambda:InvokeFunction'], Object.values(functions).map(({ functionArn }) => functionArn));
    allow(['dynamodb:UpdateItem'], [jobs.tableArn]);
    allow(tableKeyActions, [platform.key.keyArn]);

    new CfnOutput(this, 'JobMachineArn', { value: this.machine.stateMachineArn });
  }
}
