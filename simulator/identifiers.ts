import { createHash, randomBytes } from 'node:crypto';

/** Ids as upstream shapes them. */
export interface Identifiers {
  /** 32 lower-case hex digits. */
  hex32(): string;
  /** A dashed version-4 UUID. */
  uuid(): string;
  /** Decimal digits. */
  digits(count: number): string;
}

/**
 * With a seed the same sequence of ids at every start, without one random ids.
 * @param earlierStarts starts whose ids are still in use, which a seed must not give again
 */
export function createIdentifiers(seed?: number, earlierStarts = 0): Identifiers {
  let drawn = 0;
  const prefix = earlierStarts === 0 ? `${seed}` : `${seed}:${earlierStarts}`;
  const bytes = (count: number): Buffer =>
    seed === undefined ? randomBytes(count) : createHash('sha512').update(`${prefix}:${drawn++}`).digest().subarray(0, count);
  const hex32 = (): string => bytes(16).toString('hex');
  return {
    hex32,
    uuid: () => uuidFrom(bytes(16)),
    digits: (count) => [...bytes(count)].map((byte) => byte % 10).join(''),
  };
}

/** Shapes 16 bytes as a version-4 UUID. */
export function uuidFrom(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Writes 32 hex digits with the dashes of a UUID, as Aeropay shows connection ids. */
export function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Reads a connection id with or without dashes, in either case, as 32 lower-case hex digits; undefined for anything else. */
export function undashed(text: string): string | undefined {
  const hex = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? hex : undefined;
}

/** Says whether a text has the shape of a dashed UUID. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
