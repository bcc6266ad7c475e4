import * as z from 'zod';

export const connectionStatuses = ['connected', 'reconnect_required', 'revoked', 'unknown'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

export const accountTypes = ['checking', 'savings', 'unknown'] as const;

/** One person's link to one account at one institution. Never holds a full account number. */
export const connection = z.object({
  merchantId: z.string(),
  /** Upstream's connection id as 32 lower-case hex digits. */
  id: z.string(),
  userId: z.string(),
  /** Names this linking: a connection that is removed and saved anew has another. */
  generation: z.string(),
  status: z.enum(connectionStatuses),
  /** Upstream's own word, as it came. */
  upstreamStatus: z.string().nullable(),
  institution: z.object({ name: z.string().nullable(), uuid: z.string().nullable() }),
  account: z.object({
    nickname: z.string().nullable(),
    type: z.enum(accountTypes),
    /** The last digits, four at most. */
    display: z.string().nullable(),
    numberType: z.string().nullable(),
  }),
  canFetchBalance: z.boolean().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  /** When upstream was last read; null while it never could be. */
  checkedAt: z.iso.datetime().nullable(),
});
export type Connection = z.infer<typeof connection>;

const dashed = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Upstream writes one id with and without dashes and in either case (aerosync-api.md §4, contradiction 29): compare and store one form. */
export function normalConnectionId(id: string): string | undefined {
  return dashed.test(id) ? id.replaceAll('-', '').toLowerCase() : undefined;
}
