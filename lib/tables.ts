/** One table as data: the data stack makes it in AWS and in the local cloud, the repository tests make it on the embedded engine. */
export interface TableDefinition {
  /** Secondary indexes, all attributes projected: name -> partition and sort key, both text. */
  readonly indexes: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
  /** Whether point-in-time recovery may be on: results are kept for days only and must be gone when they are gone. */
  readonly recoverable: boolean;
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
  users: { indexes: { list }, recoverable: true },
  connections: { indexes: { list, parent, expiring }, recoverable: true },
  jobs: { indexes: { list, parent, open }, recoverable: true },
  results: { indexes: {}, recoverable: false },
  access: { indexes: {}, recoverable: true },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
export const keyAttributes = { partitionKey: 'pk', sortKey: 'sk', expiry: 'ttl' } as const;
