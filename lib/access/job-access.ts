import type { FunctionAccess, TableUse } from './function-access.ts';

/** Ending a job frees its claim and may note a create that was lost, in one transaction, and then looks for others that wait for their turn on the connection. */
const endJob = { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] } as const satisfies TableUse;
/** A job that completes leaves nothing unclear behind. */
const completeJob = { items: ['GetItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] } as const satisfies TableUse;
const wakeNextSibling = ['succeed'] as const;

/** What a merchant chose at Aerosync stands on the merchant's row. */
const getMerchant = { items: ['GetItem'] } as const satisfies TableUse;
const getTrust = { items: ['GetItem'] } as const satisfies TableUse;
const setTrust = { items: ['GetItem', 'PutItem'] } as const satisfies TableUse;

/** File under `lambdas/tasks/` -> what it may do. */
export const taskAccess = {
  // A create whose reply was lost looks for the upstream job among what webhooks named, and at the other jobs that may have started that.
  // It goes on with what a canceled job left running upstream, or leaves that itself when its own job was canceled meanwhile.
  'create-upstream-job': { tables: { jobs: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] }, access: getTrust }, secrets: ['upstream'] },
  'poll-upstream-job': { tables: { jobs: { items: ['UpdateItem'] }, access: setTrust }, secrets: ['upstream'] },
  'fetch-result': {
    tables: { jobs: completeJob, results: { items: ['GetItem', 'PutItem', 'DeleteItem', 'BatchWriteItem'], query: ['primary'] }, access: getMerchant },
    secrets: ['upstream'],
    machine: wakeNextSibling,
  },
  'record-failure': { tables: { jobs: endJob, connections: { items: ['UpdateItem'] } }, secrets: ['upstream'], machine: wakeNextSibling },
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
  'close-dead-executions': { tables: { jobs: endJob }, machine: wakeNextSibling },
  // Carries removals of connections through, too.
  sweep: {
    tables: {
      jobs: { items: endJob.items, query: ['primary', 'parent', 'open'] },
      results: { items: ['GetItem', 'DeleteItem'], query: ['primary'] },
    },
    machine: ['start', 'describe', ...wakeNextSibling, 'exit'],
  },
  'check-expiring-connections': { tables: { connections: { items: ['GetItem', 'UpdateItem'], query: ['expiring'] } }, secrets: ['upstream'] },
} as const satisfies Record<string, FunctionAccess>;

/** File under `lambdas/events/` -> what it may do. Makes events of what changed in three tables, and reads none of the three itself. */
export const feedAccess = {
  publish: { tables: { events: { items: ['GetItem', 'PutItem', 'UpdateItem'] } }, streams: ['users', 'connections', 'jobs'] },
} as const satisfies Record<string, FunctionAccess>;
