import type { FunctionAccess, TableUse } from './function-access.ts';

/** Ending a job frees its claim in one transaction, and then looks for others that wait for their turn on the connection. */
const endJob = { items: ['GetItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] } as const satisfies TableUse;
const wakeSiblings = ['succeed'] as const;

/** What a merchant chose at Aerosync stands on the merchant's row. */
const getMerchant = { items: ['GetItem'] } as const satisfies TableUse;
const getTrust = { items: ['GetItem'] } as const satisfies TableUse;
const setTrust = { items: ['GetItem', 'PutItem'] } as const satisfies TableUse;

/** File under `lambdas/tasks/` -> what it may do. */
export const taskAccess = {
  // A create whose reply was lost looks for the upstream job among what webhooks named, and at the other jobs that may have started that.
  'create-upstream-job': { tables: { jobs: { items: ['GetItem', 'UpdateItem'], query: ['primary'] }, access: getTrust }, secrets: ['upstream'] },
  'poll-upstream-job': { tables: { jobs: { items: ['UpdateItem'] }, access: setTrust }, secrets: ['upstream'] },
  'fetch-result': {
    tables: { jobs: endJob, results: { items: ['GetItem', 'PutItem', 'BatchWriteItem'], query: ['primary'] }, access: getMerchant },
    secrets: ['upstream'],
    machine: wakeSiblings,
  },
  'record-failure': { tables: { jobs: endJob, connections: { items: ['UpdateItem'] } }, secrets: ['upstream'], machine: wakeSiblings },
} as const satisfies Record<string, FunctionAccess>;

/** The function that the internet reaches without a key: no upstream credentials and no results. */
export const webhookAccess = {
  tables: {
    jobs: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] },
    connections: { items: ['GetItem', 'UpdateItem'] },
    access: setTrust,
  },
  secrets: ['webhook'],
  machine: ['succeed', 'exit'],
} as const satisfies FunctionAccess;

/** File under `lambdas/events/` -> what it may do. */
export const eventAccess = {
  'close-dead-executions': { tables: { jobs: endJob }, machine: wakeSiblings },
  sweep: { tables: { jobs: { ...endJob, query: ['primary', 'open'] } }, machine: ['start', 'describe', ...wakeSiblings, 'exit'] },
} as const satisfies Record<string, FunctionAccess>;
