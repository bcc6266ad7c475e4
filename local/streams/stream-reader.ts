import type { EngineClient } from '../dynamodb/engine-client.ts';
import { streamApi, type StreamRecord } from './stream-api.ts';

export interface StreamReader {
  /** The next records of one shard, in order; none when nothing was written. */
  next(limit: number): Promise<StreamRecord[]>;
}

export interface StreamPosition {
  /** The engine's own ARN of the stream. */
  readonly streamArn: string;
  readonly start: 'TRIM_HORIZON' | 'LATEST';
}

/** Reads a stream from its start on, shard by shard. Shards that come later are read from their beginning. */
export async function createStreamReader(engine: Pick<EngineClient, 'send'>, { streamArn, start }: StreamPosition): Promise<StreamReader> {
  const streams = streamApi(engine);
  /** Where each shard goes on; null where it has been read to its end. */
  const iterators = new Map<string, string | null>();

  const findShards = async (type: StreamPosition['start']): Promise<void> => {
    let from: string | undefined;
    do {
      const { StreamDescription: page } = await streams.describeStream({ StreamArn: streamArn, ...(from !== undefined && { ExclusiveStartShardId: from }) });
      for (const { ShardId } of page.Shards) {
        if (iterators.has(ShardId)) continue;
        const { ShardIterator } = await streams.getShardIterator({ StreamArn: streamArn, ShardId, ShardIteratorType: type });
        iterators.set(ShardId, ShardIterator);
      }
      from = page.LastEvaluatedShardId;
    } while (from !== undefined);
  };
  await findShards(start);

  return {
    next: async (limit) => {
      for (const [shardId, iterator] of iterators) {
        if (iterator === null) continue;
        const { Records, NextShardIterator = null } = await streams.getRecords({ ShardIterator: iterator, Limit: Math.min(limit, 1_000) });
        // Before the shard counts as read to its end, so that records in hand are read again should this fail.
        if (NextShardIterator === null) await findShards('TRIM_HORIZON');
        iterators.set(shardId, NextShardIterator);
        if (Records.length > 0) return Records;
      }
      return [];
    },
  };
}
