import { ConditionalCheckFailedException, TransactionCanceledException, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type DynamoDBDocumentClient, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '../../domain/errors.ts';

/** A stored row before it is parsed. */
export type Row = Readonly<Record<string, unknown>>;

/** Why a condition did not hold: the row that stood there, or undefined where there was none. Parse the row before using it. */
export interface Refusal {
  readonly row: Row | undefined;
}

export type Conditional<T> = { readonly written: true; readonly output: T } | { readonly written: false; readonly refusal: Refusal };

/**
 * Awaits a conditional write and tells a refused one from a failed one.
 * Send it with `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`: without, every refusal looks as if there were no row.
 */
export async function conditional<T>(write: Promise<T>): Promise<Conditional<T>> {
  try {
    return { written: true, output: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, refusal: refusalOf(error.Item) };
  }
}

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** `refusals` has an entry per item, in order: undefined where the item's own condition held. */
export type Transacted = { readonly written: true } | { readonly written: false; readonly refusals: readonly (Refusal | undefined)[] };

/**
 * Writes all or nothing. The SDK gives each call a ClientRequestToken, so that its own repeat after a lost reply writes nothing twice.
 * @param items with `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'` where the refusing row matters
 */
export async function transact(db: DynamoDBDocumentClient, items: TransactItem[]): Promise<Transacted> {
  try {
    await db.send(new TransactWriteCommand({ TransactItems: items }));
    return { written: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const refusals = reasons.map(({ Code, Item }) => (Code === 'ConditionalCheckFailed' ? refusalOf(Item) : undefined));
    if (refusals.some((refusal) => refusal !== undefined)) return { written: false, refusals };
    // Without the cause: a cancelled transaction carries whole rows.
    throw new AppError('Internal', `DynamoDB refused a transaction as malformed (${reasons.map(({ Code }) => Code ?? 'None').join(', ')}); this needs a fix in the repository that built it`);
  }
}

function refusalOf(item: Record<string, AttributeValue> | undefined): Refusal {
  return { row: item === undefined ? undefined : unmarshall(item) };
}
