import * as z from 'zod';
import type { PersonClaim } from '../../ports.ts';
import type { Refusal, TransactItem } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { parseRow } from './parse-row.ts';
import type { RowKey } from './row-keys.ts';

/** Keyed hash of a text. Keys show in CloudTrail and traces, so no phone number and no external id may stand in one. */
export type KeyHash = (text: string) => Promise<string>;

const leaseRowMs = 24 * 3_600_000;

/** `leaseUntil` is there while a create runs, and gone once the person is stored. */
const claimRow = z.object({ userId: z.string(), leaseUntil: z.string().optional() });

export async function externalClaimKey(hash: KeyHash, merchantId: string, externalId: string): Promise<RowKey> {
  return { pk: `${merchantId}#${await hash(`external\n${merchantId}\n${externalId}`)}`, sk: 'EXTERNAL' };
}

async function phoneClaimKey(hash: KeyHash, merchantId: string, phoneNumber: string): Promise<RowKey> {
  return { pk: `${merchantId}#${await hash(`phone\n${merchantId}\n${phoneNumber}`)}`, sk: 'PHONE' };
}

/** The rows of the external id and of the phone number, always in this order. */
export function claimKeys(hash: KeyHash, of: Omit<PersonClaim, 'userId'>): Promise<[RowKey, RowKey]> {
  return Promise.all([externalClaimKey(hash, of.merchantId, of.externalId), phoneClaimKey(hash, of.merchantId, of.phoneNumber)]);
}

/** Leases one claim, unless it is permanent or another lease still runs. */
export function leaseWrite(table: string, key: RowKey, userId: string, now: Date, leaseMs: number): TransactItem {
  const leaseUntil = new Date(now.getTime() + leaseMs);
  return {
    Put: {
      TableName: table,
      // The row outlives its lease by a day: a create that took too long may still store its person if nobody else took the claim.
      Item: { ...key, userId, leaseUntil: leaseUntil.toISOString(), ttl: ttlOf(new Date(leaseUntil.getTime() + leaseRowMs)) },
      ConditionExpression: 'attribute_not_exists(pk) OR leaseUntil <= :now',
      ExpressionAttributeValues: { ':now': now.toISOString() },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** Makes one claim permanent, unless another create took it over when its lease had run out. */
export function ownWrite(table: string, key: RowKey, userId: string): TransactItem {
  return {
    Put: {
      TableName: table,
      Item: { ...key, userId },
      ConditionExpression: 'attribute_not_exists(pk) OR userId = :userId',
      ExpressionAttributeValues: { ':userId': userId },
    },
  };
}

/**
 * What the claims say when they are only read: enough for those who wait for another create, and they are many. Two reads are no transaction:
 * one may be from before a store and the other from after it, so a conflict, or a free claim, is for the transaction to find.
 */
export function judgeRead(table: string, rows: readonly unknown[], userId: string, now: Date): 'held' | { readonly storedUserId: string } | undefined {
  const claims = rows.map((row) => (row === undefined ? undefined : parseRow(table, claimRow, row)));
  const [external, phone] = claims.map((claim) => claim && permanentOwner(claim));
  if (external !== undefined && external === phone) return { storedUserId: external };
  const isHeld = claims.some((claim) => claim?.leaseUntil !== undefined && claim.userId !== userId && Date.parse(claim.leaseUntil) > now.getTime());
  return isHeld ? 'held' : undefined;
}

/** What the rows that refused a lease mean for the create that wanted it. */
export function judgeRefusal(table: string, refusals: readonly (Refusal | undefined)[], userId: string): 'claimed' | 'held' | 'conflict' | { readonly storedUserId: string } {
  const claims = refusals.map((refusal) => refusal && parseRow(table, claimRow, refusal.row));
  const [external, phone] = claims.map((claim) => claim && permanentOwner(claim));
  if (external !== undefined && external === phone) return { storedUserId: external };
  if (external !== undefined || phone !== undefined) return 'conflict';
  // A lost reply: the leases in the way are the ones that this very request has written.
  return claims.every((claim) => claim?.userId === userId) ? 'claimed' : 'held';
}

/** The user a claim row stands for; undefined while a create only leases it. */
export function ownerOf(table: string, row: unknown): string | undefined {
  return permanentOwner(parseRow(table, claimRow, row));
}

function permanentOwner({ userId, leaseUntil }: z.output<typeof claimRow>): string | undefined {
  return leaseUntil === undefined ? userId : undefined;
}
