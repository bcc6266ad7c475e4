import * as z from 'zod';

/**
 * The shapes of the HTTP contract, written down by hand a second time: a field that the contract does not list, or one that went missing,
 * is found here and not in the schemas that made the reply.
 */
const time = z.iso.datetime();
const day = z.iso.date();
const connectionId = z.string().regex(/^[0-9a-f]{32}$/);
const jobId = z.string().regex(/^job_[A-Za-z0-9_-]+$/);
const userId = z.string().regex(/^usr_[A-Za-z0-9_-]+$/);
const money = z.strictObject({ amountMinor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/), exact: z.literal(false).optional() });

export const user = z.strictObject({
  id: userId,
  externalId: z.string(),
  aeroPassUserUuid: z.string().nullable(),
  status: z.enum(['active', 'verification_required']),
  verification: z.strictObject({ channel: z.enum(['sms', 'email']), destination: z.string(), expiresAt: time }).nullable(),
  firstName: z.string(),
  lastName: z.string(),
  phoneNumber: z.string(),
  email: z.string(),
  createdAt: time,
});

export const widgetToken = z.strictObject({
  token: z.string().min(1),
  expiresAt: time,
  purpose: z.enum(['link', 'mfa', 'reconnect']),
  url: z.string().nullable(),
  widget: z.strictObject({
    token: z.string().min(1),
    environment: z.enum(['sandbox', 'production']),
    aeroPassUserUuid: z.string(),
    configurationId: z.string().optional(),
    handleMFA: z.boolean(),
    jobId: z.string().optional(),
    connectionId: z.string().optional(),
    deeplink: z.string().optional(),
    widgetLaunchType: z.string().optional(),
  }),
});

export const connection = z.strictObject({
  id: connectionId,
  userId,
  status: z.enum(['connected', 'reconnect_required', 'revoked', 'unknown']),
  upstreamStatus: z.string().nullable(),
  institution: z.strictObject({ name: z.string().nullable(), uuid: z.string().nullable() }),
  account: z.strictObject({
    nickname: z.string().nullable(),
    type: z.enum(['checking', 'savings', 'unknown']),
    display: z.string().max(4).nullable(),
    numberType: z.string().nullable(),
  }),
  canFetchBalance: z.boolean().nullable(),
  expiresAt: time.nullable(),
  createdAt: time,
  checkedAt: time.nullable(),
});

export const savedConnections = z.strictObject({
  items: z.array(connection),
  refused: z.array(z.strictObject({ connectionId, code: z.string() })).min(1).optional(),
});

export const accountDetails = z.strictObject({
  connectionId,
  accountNumber: z.string().nullable(),
  routingNumber: z.string().nullable(),
  accountNumberType: z.string().nullable(),
  accountType: z.enum(['checking', 'savings', 'unknown']),
  bankName: z.string().nullable(),
  connectionStatus: z.enum(['connected', 'reconnect_required', 'revoked', 'unknown']),
  expiresAt: time.nullable(),
});

export const job = z.strictObject({
  id: jobId,
  connectionId,
  userId,
  type: z.enum(['balance', 'transactions', 'identity']),
  startDate: day.nullable(),
  endDate: day.nullable(),
  status: z.enum(['queued', 'running', 'awaiting_mfa', 'fetching', 'completed', 'failed', 'expired', 'canceled']),
  attempts: z.int().min(0),
  reference: z.string().nullable(),
  retryOf: jobId.nullable(),
  upstreamJobId: z.string().nullable(),
  mfa: z.strictObject({ expiresAt: time }).nullable(),
  error: z.strictObject({ code: z.string(), userMessage: z.string().min(1), nextAction: z.string(), upstreamCode: z.string().nullable() }).nullable(),
  createdAt: time,
  updatedAt: time,
  completedAt: time.nullable(),
  resultUrl: z.string().nullable(),
  resultExpiresAt: time.nullable(),
  joined: z.literal(true).optional(),
});

export const timeline = z.strictObject({ items: z.array(z.strictObject({ at: time, event: z.string(), text: z.string().min(10) })).min(1) });

export const bankAccount = z.strictObject({
  id: z.string().min(1),
  bankName: z.string().nullable(),
  last4: z.string().max(4).nullable(),
  name: z.string().nullable(),
  type: z.enum(['checking', 'savings', 'unknown']),
  status: z.string(),
  isDefault: z.boolean().nullable(),
  connectionId: connectionId.nullable(),
  createdAt: time.nullable(),
});

export const explained = z.strictObject({ code: z.string(), userMessage: z.string().min(1), nextAction: z.string(), upstreamCode: z.string().nullable() });

const resultHead = { jobId, connectionId, asOf: time };
export const balanceResult = z.strictObject({ type: z.literal('balance'), ...resultHead, available: money.nullable(), current: money.nullable() });
export const transactionsResult = z.strictObject({
  type: z.literal('transactions'),
  ...resultHead,
  startDate: day,
  endDate: day,
  items: z.array(
    z.strictObject({
      id: z.string(),
      date: day.nullable(),
      type: z.enum(['credit', 'debit', 'unknown']),
      amount: money.nullable(),
      description: z.string().nullable(),
      category: z.string().nullable(),
      subcategory: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const text = z.string().nullable();
export const identityResult = z.strictObject({
  type: z.literal('identity'),
  ...resultHead,
  accountHolderName: text,
  email: text,
  phone: text,
  address: z.strictObject({ line1: text, line2: text, city: text, state: text, postalCode: text, country: text, full: text }).nullable(),
});

/** Ids only. */
export const event = z.strictObject({
  id: z.string().regex(/^evt_[0-9a-f]{32}$/),
  type: z.enum(['user.verified', 'connection.linked', 'connection.changed', 'job.awaiting_mfa', 'job.ended']),
  at: time,
  userId,
  connectionId: connectionId.optional(),
  jobId: jobId.optional(),
});

export const pageOf = <S extends z.ZodType>(item: S) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

export const problem = z.strictObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  code: z.string(),
  detail: z.string().min(1),
  userMessage: z.string().min(1),
  nextAction: z.string(),
  retryable: z.boolean(),
  requestId: z.string().min(1),
  upstreamCode: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).min(1).optional(),
});

export type User = z.infer<typeof user>;
export type WidgetToken = z.infer<typeof widgetToken>;
export type Connection = z.infer<typeof connection>;
export type SavedConnections = z.infer<typeof savedConnections>;
export type Job = z.infer<typeof job>;
export type Event = z.infer<typeof event>;
export type Problem = z.infer<typeof problem>;
