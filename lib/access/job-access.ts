import type { FunctionAccess, TableUse } from './function-access.ts';

/** Ending a job frees its claim, in one transaction, and then looks for others that wait for their turn on the connection. */
const endJob = { items: ['GetItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] } as const satisfies TableUse;

/** File under `lambdas/tasks/` -> what it may do. */
export const taskAccess = {
  'create-upstream-job': {
    tables: { jobs: { items: ['UpdateItem'], query: ['primary'] }, access: { items: ['GetItem'] } },
    secrets: ['upstream'],
  },
  'poll-upstream-job': {
    tables: { jobs: { items: ['UpdateItem'] }, access: { items: ['GetItem', 'PutItem', 'UpdateItem'] } },
    secrets: ['upstream'],
  },
  'fetch-result': {
    tables: {
      jobs: endJob,
      connections: { items: ['GetItem', 'UpdateItem'] },
      results: { items: ['PutItem', 'UpdateItem', 'BatchWriteItem'] },
    },
    secrets: ['upstream'],
    machine: ['signal'],
  },
  'record-failure': {
    tables: { jobs: endJob, connections: { items: ['GetItem', 'UpdateItem'] } },
    secrets: ['upstream'],
    machine: ['signal'],
  },
} as const satisfies Record<string, FunctionAccess>;

/** The function that the internet reaches without a key: no upstream credentials and no results. */
export const webhookAccess = {
  tables: {
    jobs: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] },
    connections: { items: ['GetItem', 'UpdateItem'] },
    access: { items: ['GetItem', 'PutItem', 'UpdateItem'] },
  },
  secrets: ['webhook'],
  machine: ['signal'],
} as const satisfies FunctionAccess;

/** File under `lambdas/events/` -> what it may do. */
export const eventAccess = {
  'close-dead-executions': { tables: { jobs: endJob }, machine: ['signal'] },
  sweep: {
    tables: {
      jobs: { items: ['GetItem', 'UpdateItem', 'DeleteItem'], query: ['primary', 'open'] },
      results: { items: ['DeleteItem', 'BatchWriteItem'], query: ['primary'] },
      access: { items: ['DeleteItem', 'BatchWriteItem'], query: ['primary'] },
    },
    machine: ['start', 'describe', 'signal'],
  },
} as const satisfies Record<string, FunctionAccess>;
