import type { FunctionAccess, TableUse } from './function-access.ts';

const get = { items: ['GetItem'] } as const satisfies TableUse;

/** The record of an idempotency key is begun, completed or forgotten, each under a condition: it is never read alone. */
const idempotency = { items: ['PutItem', 'UpdateItem', 'DeleteItem'] } as const satisfies TableUse;

/** What a merchant chose at Aeropay stands on the merchant's row. */
const idempotencyAndMerchant = { items: ['GetItem', ...idempotency.items] } as const satisfies TableUse;

/** A connection is read from upstream again, and renewed or marked. */
const refresh = { items: ['GetItem', 'UpdateItem'] } as const satisfies TableUse;

const start: FunctionAccess = {
  tables: {
    connections: { items: [...refresh.items, 'ConditionCheckItem'] },
    // Deletes a claim that the end of another job has just left free, and ends a job of the same connection before it was removed.
    jobs: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    access: idempotency,
  },
  secrets: ['deploymentKey', 'upstream'],
  machine: ['start'],
};

/** Ends a job, frees its claim, notes what upstream still runs, and looks for others that wait for their turn. */
const endJob = { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], query: ['primary'] } as const satisfies TableUse;

/** The pointer to the job that brought it, and its head, where everything but transactions stands. */
const newestHead: FunctionAccess = { tables: { connections: get, results: get } };

/** File under `lambdas/api/` -> what it may do. Every route of the contract has a line, and so do the two functions that are no route. */
export const apiAccess: Readonly<Record<string, FunctionAccess>> = {
  authorize: { tables: { access: get } },
  'not-found': {},
  'get-health': {},
  'get-openapi': {},
  'explain-error': {},

  'create-user': {
    tables: { users: { items: ['GetItem', 'PutItem', 'DeleteItem'] }, access: idempotencyAndMerchant },
    secrets: ['deploymentKey', 'upstream'],
  },
  'verify-user': {
    tables: { users: { items: ['GetItem', 'UpdateItem'] }, access: idempotencyAndMerchant },
    secrets: ['deploymentKey', 'upstream'],
  },
  'resend-code': {
    tables: { users: { items: ['GetItem', 'UpdateItem'] }, access: idempotencyAndMerchant },
    secrets: ['deploymentKey', 'upstream'],
  },
  'change-user': { tables: { users: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] } }, secrets: ['deploymentKey'] },
  // With `?refresh=true` it reads upstream and stores what changed.
  'get-user': { tables: { users: { items: ['GetItem', 'UpdateItem'] }, access: get }, secrets: ['upstream'] },
  'list-users': { tables: { users: { ...get, query: ['list'] } }, secrets: ['deploymentKey'] },

  'issue-widget-token': { tables: { users: { items: ['GetItem', 'UpdateItem'] }, connections: get, jobs: get, access: get }, secrets: ['upstream'] },

  'save-connections': {
    tables: { users: { items: ['GetItem', 'UpdateItem'] }, connections: { items: [...refresh.items, 'PutItem'] }, access: idempotencyAndMerchant },
    secrets: ['deploymentKey', 'upstream'],
  },
  // With `?userId=` it reads the person's list.
  'list-connections': { tables: { connections: { query: ['list', 'parent'] } }, secrets: ['deploymentKey'] },
  'list-user-connections': { tables: { users: get, connections: { query: ['parent'] } }, secrets: ['deploymentKey'] },
  'get-connection': { tables: { connections: refresh }, secrets: ['upstream'] },
  'check-connection': { tables: { connections: refresh, access: idempotencyAndMerchant }, secrets: ['deploymentKey', 'upstream'] },
  'delete-connection': {
    tables: {
      connections: { items: ['GetItem', 'DeleteItem'] },
      jobs: { ...endJob, query: ['primary', 'parent'] },
      results: { items: ['GetItem', 'DeleteItem'], query: ['primary'] },
    },
    machine: ['succeed', 'exit'],
  },
  'list-bank-accounts': { tables: { users: { items: ['GetItem', 'UpdateItem'] }, access: get }, secrets: ['upstream'] },
  'link-bank-account': {
    tables: { users: { items: ['GetItem', 'UpdateItem'] }, connections: { items: ['GetItem', 'UpdateItem'] }, access: idempotencyAndMerchant },
    secrets: ['deploymentKey', 'upstream'],
  },
  'get-account-details': { tables: { connections: refresh }, secrets: ['upstream'] },

  'start-job': start,
  'redrive-job': start,
  // A job that is queued for too long is started by whoever reads it.
  'get-job': { tables: { jobs: get, access: { items: ['GetItem', 'UpdateItem'] } }, machine: ['start'] },
  'list-jobs': { tables: { jobs: { query: ['list'] } }, secrets: ['deploymentKey'] },
  'list-connection-jobs': { tables: { connections: get, jobs: { query: ['parent'] } }, secrets: ['deploymentKey'] },
  'get-timeline': { tables: { jobs: get } },
  'cancel-job': { tables: { jobs: endJob, access: idempotency }, secrets: ['deploymentKey'], machine: ['succeed', 'exit'] },
  'resume-job': { tables: { jobs: { items: ['GetItem', 'UpdateItem'] }, access: idempotency }, secrets: ['deploymentKey'], machine: ['exit'] },

  'get-result': { tables: { jobs: get, results: { ...get, query: ['primary'] } }, secrets: ['deploymentKey'] },
  'get-newest-balance': newestHead,
  'get-newest-transactions': { tables: { connections: get, results: { ...get, query: ['primary'] } }, secrets: ['deploymentKey'] },
  'get-newest-identity': newestHead,

  // The end of the feed says whether there ever was such an event as the one to go on from.
  'list-events': { tables: { events: { ...get, query: ['primary'] } } },
};
