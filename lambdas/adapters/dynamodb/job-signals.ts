import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, mfaSignalCap, signalRanks, type JobRef } from '../../domain/job.ts';
import type { JobSignal, JobSignals, SignalKind } from '../../ports.ts';
import { conditional } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { adoptStray, leaveStray } from './job-adoption.ts';
import { deliveryKey, jobKey, parseJob, upstreamKey, upstreamRow, upstreamRowLifetimeMs, type UpstreamRow } from './job-rows.ts';
import { timelineLine, updateIf, working } from './job-update.ts';

const names = { '#status': 'status' };
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

  async recordDelivery(signal: JobSignal, now: Date): ReturnType<JobSignals['recordDelivery']> {
    const { row, isRepeat } = await this.#remember(signal, now);
    return { jobId: row.jobId ?? (await this.#adopted(signal, new Date(row.firstSentAt ?? signal.sentAt), now)), isRepeat };
  }

  /** Puts the signal on the row of its upstream job; a weaker one, or a repeat, only counts as seen. */
  async #remember(signal: JobSignal, now: Date): Promise<{ row: UpstreamRow; isRepeat: boolean }> {
    const key = { TableName: this.#table, Key: upstreamKey(signal.merchantId, signal.upstreamJobId), ExpressionAttributeNames: { '#ttl': 'ttl' } };
    const seen = { ':seen': new Set([signal.digest]), ':ttl': ttlOf(new Date(now.getTime() + upstreamRowLifetimeMs)) };
    const stronger = await updateIf(this.#db, {
      ...key,
      UpdateExpression: 'SET signalKind = :kind, signalRank = :rank, signalCode = :code, firstSentAt = if_not_exists(firstSentAt, :sentAt), #ttl = :ttl ADD seen :seen',
      ConditionExpression: 'attribute_not_exists(signalRank) OR signalRank < :rank',
      ExpressionAttributeValues: { ...seen, ':kind': signal.kind, ':rank': rankOf[signal.kind], ':code': signal.upstreamCode, ':sentAt': signal.sentAt.toISOString() },
    });
    if (stronger.ok) return { row: upstreamRow.parse(stronger.row), isRepeat: false };
    const counted = await updateIf(this.#db, {
      ...key,
      UpdateExpression: 'SET #ttl = :ttl ADD seen :seen',
      ConditionExpression: 'NOT contains(seen, :digest) AND size(seen) < :cap',
      ExpressionAttributeValues: { ...seen, ':digest': signal.digest, ':cap': seenCap },
    });
    const row = upstreamRow.parse(counted.ok ? counted.row : (counted.old ?? {}));
    return { row, isRepeat: !counted.ok && (row.seen?.has(signal.digest) ?? false) };
  }

  /** Left for a create that becomes unclear later, offered to one that is so already: whoever writes second sees the other. */
  async #adopted({ merchantId, connectionId, type, upstreamJobId }: JobSignal, sentAt: Date, now: Date): Promise<string | undefined> {
    if (connectionId === undefined || type === undefined) return undefined;
    const stray = { merchantId, connectionId, type, upstreamJobId, sentAt };
    await leaveStray(this.#db, this.#table, stray, now);
    return adoptStray(this.#db, this.#table, stray, now);
  }

  async isFirst(merchantId: string, digest: string, now: Date): Promise<boolean> {
    const Item = { ...deliveryKey(merchantId, digest), ttl: ttlOf(new Date(now.getTime() + upstreamRowLifetimeMs)) };
    return (await conditional(this.#db.send(new PutCommand({ TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(pk)' })))).written;
  }

  async applySignal(ref: JobRef, signal: JobSignal, isRepeat: boolean, now: Date): ReturnType<JobSignals['applySignal']> {
    if (signal.kind === 'initiated') return { outcome: 'stored' };
    const rank = rankOf[signal.kind];
    const line = timelineLine(`signal_${signal.kind}`, now);
    // The bank may ask twice: another question is news, the repeat of one delivery is not, nor is the SDK's repeat of this write.
    const asksAgain = signal.kind === 'mfa' && !isRepeat ? ' OR (signalRank = :rank AND signalDigest <> :digest AND signalSeq < :cap)' : '';
    const applied = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET signalSeq = signalSeq + :one, signalRank = :rank, #signal = :signal, signalDigest = :digest, updatedAt = :now, ${line.expression}`,
      ConditionExpression: `${working.expression} AND upstreamJobId = :id AND (signalRank < :rank${asksAgain})`,
      ExpressionAttributeNames: { ...names, '#signal': 'signal' },
      ExpressionAttributeValues: {
        ...working.values, ...line.values, ':one': 1, ':rank': rank, ':signal': { kind: signal.kind, upstreamCode: signal.upstreamCode },
        ':digest': signal.digest, ':id': signal.upstreamJobId, ':now': now.toISOString(), ...(asksAgain !== '' && { ':cap': mfaSignalCap }),
      },
    });
    const row = applied.ok ? applied.row : applied.old;
    if (row === undefined) return { outcome: 'over' };
    const job = parseJob(this.#table, row);
    if (isOver(job.status)) return { outcome: 'over' };
    if (job.upstreamJobId !== signal.upstreamJobId) return { outcome: 'stale' };
    const unread = job.signalSeq > job.heardSeq && job.signal?.kind === signal.kind;
    if (!applied.ok && !unread) return { outcome: 'repeated' };
    // Stored but unread: the delivery that stored it may have died before it could wake anyone.
    if (job.waitToken === null || job.status === 'fetching') return { outcome: applied.ok ? 'stored' : 'repeated' };
    return { outcome: 'wake', wait: { token: job.waitToken, isAfterPause: job.mfaExpiresAt !== null } };
  }
}
