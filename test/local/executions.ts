import { DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, type HistoryEvent } from '@aws-sdk/client-sfn';
import type { TestEnvironment } from './environment.ts';

export interface ExecutionRecord {
  readonly name: string;
  readonly status: string | undefined;
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly events: readonly HistoryEvent[];
}

/** Reads executions with the SDK's own client, as an operator's tools do. Any credentials do. */
export async function readExecutions({ endpoints }: Pick<TestEnvironment, 'endpoints'>, names?: readonly string[]): Promise<ExecutionRecord[]> {
  const client = new SFNClient({ endpoint: endpoints.sfnUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  try {
    const found: ExecutionRecord[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(new ListExecutionsCommand({ stateMachineArn: endpoints.stateMachineArn, ...(nextToken !== undefined && { nextToken }) }));
      for (const { executionArn, name = '' } of page.executions ?? []) if (names === undefined || names.includes(name)) found.push(await readExecution(client, executionArn ?? '', name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  } finally {
    client.destroy();
  }
}

async function readExecution(client: SFNClient, executionArn: string, name: string): Promise<ExecutionRecord> {
  const { status, input, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 100, includeExecutionData: true, ...(nextToken !== undefined && { nextToken }) }));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return { name, status, input, output, error, cause, events };
}

/** The states by name, in the order they were entered. */
export function statesOf({ events }: Pick<ExecutionRecord, 'events'>): string[] {
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

/** What went into and came out of the execution and each of its states. */
export function stateData({ events, input, output }: Pick<ExecutionRecord, 'events' | 'input' | 'output'>): { readonly where: string; readonly data: Readonly<Record<string, unknown>> }[] {
  const texts = [
    { where: 'input', text: input },
    { where: 'output', text: output },
    ...events.flatMap(({ stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) => [
      { where: `into ${entered?.name ?? ''}`, text: entered?.input },
      { where: `out of ${exited?.name ?? ''}`, text: exited?.output },
    ]),
  ];
  return texts.flatMap(({ where, text }) => (text === undefined ? [] : [{ where, data: JSON.parse(text) as Record<string, unknown> }]));
}
