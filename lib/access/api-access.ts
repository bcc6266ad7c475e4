import type { FunctionAccess, TableUse } from './function-access.ts';

/** The record of an idempotency key is begun, read, completed and forgotten. */
const idempotency = { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] } as const satisfies TableUse;
const readOne = { items: ['GetItem'] } as const satisfies TableUse;

/** A page of the newest results: the pointer to the job, its head, and for transactions the pages. */
const newestResult: FunctionAccess = {
  tables: { connections: readOne, jobs: readOne, results: { items: ['GetItem'], query: ['primary'] } },
  secrets: ['deploymentKey'],
};

/** File under `lambdas/api/` -> what it may do. Every route of the contract has a line, and so do the two functions that are no route. */
export const apiAccess: Readonly<Record<string, FunctionAccess>> = {
  authorize: { tables: { access: readOne } },
  'not-found': {},
  'get-health': {},
  'get-openapi': {},

  'create-user': {
    tables: { users: { items: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] }, access: idempotency },
    secrets: ['deploymentKey', 'upstream'],
  },
  'verify-user': {
    tables: { users: { items: ['GetItem', 'UpdateItem'] }, access: idempotency },
    secrets: ['deploymentKey', 'upstream'],
  },
  'get-user': { tables: { users: readOne } },
  'list-users': { tables: { users: { items: ['GetItem'], query: ['list'] } }, secrets: ['deploymentKey'] },

  'issue-widget-token': {
    tables: { users: readOne, connections: readOne, jobs: readOne, access: readOne },
    secrets: ['upstream'],
  },

  'save-connections': {
    tables: { users: readOne, connections: { items: ['GetItem', 'PutItem', 'UpdateItem'] }, access: idempotency },
    secrets: ['deploymentKey', 'upstream'],
  },
  'list-connections': { tables: { connections: { query: ['list'] } }, secrets: ['deploymentKey'] },
  'list-user-connections': { tables: { users: readOne, connections: { query: ['parent'] } }, secrets: ['deploymentKey'] },
  'get-connection': { tables: { connections: readOne } },
  'get-account-details': { tables: { connections: { items: ['GetItem', 'UpdateItem'] } }, secrets: ['upstream'] },

  'start-job': {
    tables: {
      connections: { items: ['GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'] },
      jobs: { items: ['GetItem', 'PutItem'] },
      access: idempotency,
    },
    secrets: ['deploymentKey', 'upstream'],
    machine: ['start'],
  },
  'get-job': { tables: { jobs: readOne }, machine: ['start'] },
  'list-jobs': { tables: { jobs: { query: ['list'] } }, secrets: ['deploymentKey'] },
  'list-connection-jobs': { tables: { connections: readOne, jobs: { query: ['parent'] } }, secrets: ['deploymentKey'] },
  'resume-job': {
    tables: { jobs: { items: ['GetItem', 'UpdateItem'] }, access: idempotency },
    secrets: ['deploymentKey'],
    machine: ['signal'],
  },

  'get-result': {
    tables: { jobs: readOne, results: { items: ['GetItem'], query: ['primary'] } },
    secrets: ['deploymentKey'],
  },
  'get-newest-balance': newestResult,
  'get-newest-transactions': newestResult,
  'get-newest-identity': newestResult,
};
