import { GetCommand, PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, mfaSignalCap, signalRanks, type JobRef } from '../../domain/job.ts';
import type { JobSignal, JobSignals, SignalKind } from '../../ports.ts';
import { ttlOf } from './expiry.ts';
import { claimPrefix, claimRow, jobKey, parseJob, strayKey, strayLifetimeMs, upstreamKey, upstreamRow, upstreamRowLifetimeMs } from './job-rows.ts';
import { statusIn, timelineLine, updateIf } from './job-update.ts';

const names = { '#status': 'status' };
const working = statusIn(['running', 'awaiting_mfa']);
/** Distinct deliveries that one upstream job is remembered for. */
const seenCap = 100;

const rankOf: Readonly<Record<SignalKind, number>> = { initiated: signalRanks.none, mfa: signalRanks.mfa, completed: signalRanks.end, failed: signalRanks.end };

export class DynamoJobSignals implements JobSignals {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async recordDelivery(signal: JobSignal, now: Date): Promise<{ jobId: string | undefined }> {
    const row = await this.#remember(signal, now);
    if (row.jobId === undefined) await this.#leaveStray(signal, now);
    return { jobId: row.jobId };
  }

  /** Puts the signal on the row of its upstream job; a weaker one, or a repeat, only counts as seen. */
  async #remember(signal: JobSignal, now: Date): Promise<{ jobId?: string | undefined }> {
    const key = { TableName: this.#table, Key: upstreamKey(signal.merchantId, signal.upstreamJobId) };
    const seen = { ':seen': new Set([signal.digest]), ':ttl': ttlOf(new Date(now.getTime() + upstreamRowLifetimeMs)) };
    const stronger = await updateIf(this.#db, {
      ...key,
      UpdateExpression: 'SET signalKind = :kind, signalRank = :rank, signalCode = :code, #ttl = :ttl ADD seen :seen',
      ConditionExpression: 'attribute_not_exists(signalRank) OR signalRank < :rank',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ...seen, ':kind': signal.kind, ':rank': rankOf[signal.kind], ':code': signal.upstreamCode },
    });
    if (stronger.ok) return upstreamRow.parse(stronger.row);
    const counted = await updateIf(this.#db, {
      ...key,
      UpdateExpression: 'SET #ttl = :ttl ADD seen :seen',
      ConditionExpression: 'size(seen) < :cap',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ...seen, ':cap': seenCap },
    });
    return upstreamRow.parse(counted.ok ? counted.row : (counted.old ?? {}));
  }

  async #leaveStray({ merchantId, connectionId, type, upstreamJobId, sentAt }: JobSignal, now: Date): Promise<void> {
    if (connectionId === undefined || type === undefined) return;
    await this.#db.send(
      new PutCommand({
        TableName: this.#table,
        Item: {
          ...strayKey(merchantId, connectionId, type, upstreamJobId),
          upstreamJobId,
          sentAt: sentAt.toISOString(),
          ttl: ttlOf(new Date(now.getTime() + strayLifetimeMs)),
        },
      }),
    );
  }

  async adopt(signal: JobSignal, now: Date): Promise<string | undefined> {
    if (signal.connectionId === undefined || signal.type === undefined) return undefined;
    const { Items = [] } = await this.#db.send(
      new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `${signal.merchantId}#${signal.connectionId}`, ':prefix': claimPrefix(signal.type) },
      }),
    );
    for (const item of Items) {
      const ref = { merchantId: signal.merchantId, jobId: claimRow.parse(item).jobId };
      if (await this.#adoptInto(ref, signal, now)) return ref.jobId;
    }
    return undefined;
  }

  async #adoptInto(ref: JobRef, signal: JobSignal, now: Date): Promise<boolean> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: jobKey(ref), ConsistentRead: true }));
    const intent = Item && parseJob(this.#table, Item).intent;
    if (!intent?.unclear || signal.sentAt.getTime() < Math.floor(Date.parse(intent.at) / 1000) * 1000) return false;
    const line = timelineLine('adopted', now);
    const adopted = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET upstreamJobId = :id, updatedAt = :now, ${line.expression}`,
      ConditionExpression: `${working.expression} AND intent.unclear = :yes AND intent.attempt = :attempt AND attribute_type(upstreamJobId, :null)`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...working.values, ...line.values, ':id': signal.upstreamJobId, ':yes': true, ':attempt': intent.attempt, ':null': 'NULL', ':now': now.toISOString(),
      },
    });
    if (!adopted.ok) return false;
    await updateIf(this.#db, {
      TableName: this.#table,
      Key: upstreamKey(ref.merchantId, signal.upstreamJobId),
      UpdateExpression: 'SET jobId = :job',
      ConditionExpression: 'attribute_not_exists(jobId) OR jobId = :job',
      ExpressionAttributeValues: { ':job': ref.jobId },
    });
    return true;
  }

  async applySignal(ref: JobRef, signal: JobSignal, now: Date): ReturnType<JobSignals['applySignal']> {
    if (signal.kind === 'initiated') return { outcome: 'stored' };
    const rank = rankOf[signal.kind];
    const line = timelineLine(`signal_${signal.kind}`, now);
    // The bank may ask twice: another question is news, the repeat of one delivery is not.
    const asksAgain = signal.kind === 'mfa' ? ' OR (signalRank = :rank AND signalDigest <> :digest AND signalSeq < :cap)' : '';
    const applied = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET signalSeq = signalSeq + :one, signalRank = :rank, #signal = :signal, signalDigest = :digest, ${line.expression}`,
      ConditionExpression: `${working.expression} AND upstreamJobId = :id AND (signalRank < :rank${asksAgain})`,
      ExpressionAttributeNames: { ...names, '#signal': 'signal' },
      ExpressionAttributeValues: {
        ...working.values, ...line.values, ':one': 1, ':rank': rank, ':signal': { kind: signal.kind, upstreamCode: signal.upstreamCode }, ':digest': signal.digest, ':id': signal.upstreamJobId,
        ...(signal.kind === 'mfa' && { ':cap': mfaSignalCap }),
      },
    });
    const row = applied.ok ? applied.row : applied.old;
    if (row === undefined) return { outcome: 'over' };
    const job = parseJob(this.#table, row);
    if (isOver(job.status)) return { outcome: 'over' };
    if (job.upstreamJobId !== signal.upstreamJobId) return { outcome: 'stale' };
    const unread = job.signalSeq > job.heardSeq && job.signalRank === rank;
    if (!applied.ok && !unread) return { outcome: 'repeated' };
    // Stored but unread: the delivery that stored it may have died before it could wake anyone.
    if (job.waitToken === null || job.status === 'fetching') return { outcome: applied.ok ? 'stored' : 'repeated' };
    return { outcome: 'wake', wait: { token: job.waitToken, isAfterPause: job.mfaExpiresAt !== null } };
  }
}
