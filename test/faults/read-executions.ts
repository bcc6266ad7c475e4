import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, type HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { countTransitions } from '../../local/states/count-transitions.ts';
import type { Endpoints } from '../../scripts/local-environment.ts';
import { inParallel } from './in-parallel.ts';

export interface ExecutionSummary {
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly transitions: number;
  /** States by name, in the order they were entered. */
  readonly states: readonly string[];
  /** Why it was unclear whether upstream had accepted the job; empty where it was clear. */
  readonly unclear: readonly string[];
}

/** Every execution by the id of its job. */
export async function readExecutions(endpoints: Endpoints): Promise<Map<string, ExecutionSummary>> {
  const client = new SFNClient({ endpoint: endpoints.sfnUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  try {
    const listed: { name: string; executionArn: string; status: string; startedAt: number }[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(new ListExecutionsCommand({ stateMachineArn: endpoints.stateMachineArn, maxResults: 1000, ...(nextToken !== undefined && { nextToken }) }));
      for (const { name = '', executionArn = '', status = '', startDate } of page.executions ?? []) listed.push({ name, executionArn, status, startedAt: startDate?.getTime() ?? 0 });
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const read = await inParallel(listed, 8, async ({ name, executionArn, ...of }) => [name, { ...of, ...summaryOf(await historyOf(client, executionArn)) }] as const);
    return new Map(read);
  } finally {
    client.destroy();
  }
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...(nextToken !== undefined && { nextToken }) }));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

const created = z.object({ Payload: z.object({ unclear: z.string() }) });

function summaryOf(history: HistoryEvent[]): Pick<ExecutionSummary, 'transitions' | 'states' | 'unclear'> {
  return {
    transitions: countTransitions(history),
    states: history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
    unclear: history.flatMap(({ taskSucceededEventDetails }) => created.safeParse(JSON.parse(taskSucceededEventDetails?.output ?? '{}')).data?.Payload.unclear ?? []),
  };
}
