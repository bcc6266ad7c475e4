import type { TableName, tables } from '../tables.ts';

/** A transaction asks for the permission of each of its items, and `TransactGetItems` for `GetItem`. */
export type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem' | 'BatchWriteItem';

export interface TableUse<Index extends string = string> {
  readonly items?: readonly ItemAction[];
  /** `primary` is the table itself, the rest are its indexes. */
  readonly query?: readonly ('primary' | Index)[];
}

/** `start` and `describe` executions of the job machine; `succeed` and `exit` end its waits by their task tokens. */
export type MachineUse = 'start' | 'describe' | 'succeed' | 'exit';

/** The tables whose changes are handed to functions. */
export type StreamedTable = { [T in TableName]: (typeof tables)[T]['streamed'] extends true ? T : never }[TableName];

type IndexOf<T extends TableName> = Extract<keyof (typeof tables)[T]['indexes'], string>;

/** What one function may do. Whatever is not named here is refused, by AWS and by the local cloud. */
export interface FunctionAccess {
  readonly tables?: { readonly [T in TableName]?: TableUse<IndexOf<T>> };
  /** `upstream` and `webhook` are the secrets of every merchant, `deploymentKey` the key of this deployment. */
  readonly secrets?: readonly ('deploymentKey' | 'upstream' | 'webhook')[];
  readonly machine?: readonly MachineUse[];
  /** Tables whose stream is handed to the function: Lambda reads it in the function's name. */
  readonly streams?: readonly StreamedTable[];
}
