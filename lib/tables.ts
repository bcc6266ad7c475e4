/** One table as data: the data stack makes it in AWS and in the local cloud, the repository tests make it on the embedded engine. */
export interface TableDefinition {
  /** Secondary indexes, all attributes projected: name -> partition and sort key, both text. */
  readonly indexes: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
  /** Whether point-in-time recovery may be on: results and events are kept for days only and must be gone when they are gone. */
  readonly recoverable: boolean;
  /** Whether each change of a row, with the row before and after it, is handed to the function that makes events of changes. */
  readonly streamed: boolean;
}

/** Lists of a merchant, spread over a few partitions and merged when read: see lambdas/adapters/dynamodb/list-index.ts. */
const list = { partitionKey: 'listKey', sortKey: 'listSort' };
/** What belongs to one user or one connection. */
const parent = { partitionKey: 'parentKey', sortKey: 'listSort' };
/** Sparse: only jobs that have not ended and removals that are not finished, for the sweep. */
const open = { partitionKey: 'openKey', sortKey: 'openSort' };

/** Sparse: only connections that expire, soonest first. */
const expiring = { partitionKey: 'expiringKey', sortKey: 'expiringSort' };

/** Every table has the text keys `pk` and `sk` and the expiry attribute `ttl` (epoch seconds). */
export const tables = {
  users: { indexes: { list }, recoverable: true, streamed: true },
  connections: { indexes: { list, parent, expiring }, recoverable: true, streamed: true },
  jobs: { indexes: { list, parent, open }, recoverable: true, streamed: true },
  results: { indexes: {}, recoverable: false, streamed: false },
  access: { indexes: {}, recoverable: true, streamed: false },
  events: { indexes: {}, recoverable: false, streamed: false },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
export const keyAttributes = { partitionKey: 'pk', sortKey: 'sk', expiry: 'ttl' } as const;
