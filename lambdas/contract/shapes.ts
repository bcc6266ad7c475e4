import * as z from 'zod';
import { bankAccount } from '../domain/bank-account.ts';
import { accountTypes, connectionStatuses } from '../domain/connection.ts';
import { errorCodes, nextActions } from '../domain/errors.ts';
import { jobStatuses, jobTypes, timelineEvents } from '../domain/job.ts';
import { transaction, transactionsHead } from '../domain/results.ts';
import { userStatuses, verificationChannels } from '../domain/user.ts';
import { pageOf } from './fields.ts';

const time = z.iso.datetime();

export const userShape = z
  .object({
    id: z.string(),
    externalId: z.string(),
    aeroPassUserUuid: z.string().nullable(),
    status: z.enum(userStatuses),
    verification: z.object({ channel: z.enum(verificationChannels), destination: z.string(), expiresAt: time }).nullable(),
    firstName: z.string(),
    lastName: z.string(),
    phoneNumber: z.string(),
    email: z.string(),
    createdAt: time,
  })
  .meta({ id: 'User' });
export const userPageShape = pageOf('UserPage', userShape);
export type UserShape = z.infer<typeof userShape>;

export const widgetTokenShape = z
  .object({
    token: z.string(),
    expiresAt: time,
    purpose: z.enum(['link', 'mfa', 'reconnect']),
    url: z.string().nullable(),
    widget: z
      .object({
        token: z.string(),
        environment: z.enum(['sandbox', 'production']),
        aeroPassUserUuid: z.string(),
        configurationId: z.string().optional(),
        handleMFA: z.boolean(),
        jobId: z.string().optional(),
        connectionId: z.string().optional(),
        deeplink: z.string().optional(),
        widgetLaunchType: z.string().optional(),
      })
      .meta({ description: "Spread into the web SDK's options; its jobId and connectionId are upstream's" }),
  })
  .meta({ id: 'WidgetToken' });

export const connectionShape = z
  .object({
    id: z.string(),
    userId: z.string(),
    status: z.enum(connectionStatuses),
    upstreamStatus: z.string().nullable(),
    institution: z.object({ name: z.string().nullable(), uuid: z.string().nullable() }),
    account: z.object({
      nickname: z.string().nullable(),
      type: z.enum(accountTypes),
      display: z.string().nullable(),
      numberType: z.string().nullable(),
    }),
    canFetchBalance: z.boolean().nullable(),
    expiresAt: time.nullable(),
    createdAt: time,
    checkedAt: time.nullable(),
  })
  .meta({ id: 'Connection' });
export const connectionPageShape = pageOf('ConnectionPage', connectionShape);
export type ConnectionShape = z.infer<typeof connectionShape>;

export const savedConnectionsShape = z
  .object({
    items: z.array(connectionShape),
    refused: z.array(z.object({ connectionId: z.string(), code: z.enum(errorCodes) })).optional(),
  })
  .meta({ id: 'SavedConnections' });

export const accountDetailsShape = z
  .object({
    connectionId: z.string(),
    accountNumber: z.string().nullable(),
    routingNumber: z.string().nullable(),
    accountNumberType: z.string().nullable(),
    accountType: z.enum(accountTypes),
    bankName: z.string().nullable(),
    connectionStatus: z.enum(connectionStatuses),
    expiresAt: time.nullable(),
  })
  .meta({ id: 'AccountDetails' });

export const bankAccountShape = bankAccount.meta({ id: 'BankAccount' });

export const jobErrorShape = z.object({
  code: z.enum(errorCodes),
  userMessage: z.string(),
  nextAction: z.enum(nextActions),
  upstreamCode: z.string().nullable(),
});

export const jobShape = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    userId: z.string(),
    type: z.enum(jobTypes),
    startDate: z.iso.date().nullable(),
    endDate: z.iso.date().nullable(),
    status: z.enum(jobStatuses),
    attempts: z.number().int(),
    reference: z.string().nullable(),
    retryOf: z.string().nullable(),
    upstreamJobId: z.string().nullable(),
    mfa: z.object({ expiresAt: time }).nullable(),
    error: jobErrorShape.nullable(),
    createdAt: time,
    updatedAt: time,
    completedAt: time.nullable(),
    resultUrl: z.string().nullable(),
    resultExpiresAt: time.nullable(),
    joined: z.literal(true).optional(),
  })
  .meta({ id: 'Job' });
export const jobPageShape = pageOf('JobPage', jobShape);
export type JobShape = z.infer<typeof jobShape>;

export const timelineShape = z
  .object({ items: z.array(z.object({ at: time, event: z.enum(timelineEvents), text: z.string().meta({ description: 'One sentence for somebody who helps the person' }) })) })
  .meta({ id: 'Timeline' });
export type TimelineShape = z.infer<typeof timelineShape>;

export const transactionsResultShape = z
  .object({ ...transactionsHead.shape, items: z.array(transaction), nextCursor: z.string().nullable() })
  .meta({ id: 'TransactionsResult' });
export type TransactionsResult = z.infer<typeof transactionsResultShape>;

export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(errorCodes),
    detail: z.string(),
    userMessage: z.string(),
    nextAction: z.enum(nextActions),
    retryable: z.boolean(),
    requestId: z.string(),
    upstreamCode: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
export type Problem = z.infer<typeof problemShape>;
