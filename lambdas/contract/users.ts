import * as z from 'zod';
import { paging } from './fields.ts';
import { defineRoute, emptyBody, noBody, nothing } from './route-contract.ts';
import { userPageShape, userShape } from './shapes.ts';

export const externalId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, { error: 'must be 1 to 128 visible ASCII characters' })
  .meta({ description: "The merchant's own id of the person; no personal data", example: 'customer-1001' });

/** Half a surrogate pair is no text that a table or upstream could hold. */
const personName = z.string().trim().min(1).max(100).refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), { error: 'must be text without control characters' });
const email = z.email({ error: 'must be an e-mail address' }).max(254);

export const createUserContract = defineRoute({
  name: 'create-user',
  method: 'POST',
  path: '/v1/users',
  scope: 'users:write',
  tag: 'Users',
  summary: 'Create a person, or get the one that is stored under the same external id and phone number',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    externalId,
    firstName: personName.meta({ example: 'Jane' }),
    lastName: personName.meta({ example: 'Doe' }),
    phoneNumber: z.string().regex(/^\+1\d{10}$/, { error: 'must be +1 and ten digits' }).meta({ example: '+13125550142' }),
    email: email.meta({ example: 'jane@example.com' }),
  }),
  idempotent: true,
  replies: {
    201: { description: 'The person was created upstream and stored', schema: userShape },
    200: { description: 'The person was known; upstream was not called', schema: userShape },
  },
});

export const verifyUserContract = defineRoute({
  name: 'verify-user',
  method: 'POST',
  path: '/v1/users/{userId}/verification',
  scope: 'users:write',
  tag: 'Users',
  summary: 'Confirm the one-time code that was sent to the person',
  params: z.strictObject({ userId: z.string() }),
  query: nothing,
  body: z.strictObject({ code: z.string().regex(/^\d{4,8}$/, { error: 'must be 4 to 8 digits' }) }),
  idempotent: true,
  replies: { 200: { description: 'The person is active', schema: userShape } },
});

export const resendCodeContract = defineRoute({
  name: 'resend-code',
  method: 'POST',
  path: '/v1/users/{userId}/verification/resend',
  scope: 'users:write',
  tag: 'Users',
  summary: 'Have a new one-time code sent; at most once a minute and five times a day',
  params: z.strictObject({ userId: z.string() }),
  query: nothing,
  body: emptyBody,
  idempotent: true,
  replies: { 202: { description: 'A code is on its way', schema: userShape } },
});

export const changeUserContract = defineRoute({
  name: 'change-user',
  method: 'PATCH',
  path: '/v1/users/{userId}',
  scope: 'users:write',
  tag: 'Users',
  summary: 'Change the names, the e-mail address or the external id, ours only; the phone number is the person',
  params: z.strictObject({ userId: z.string() }),
  query: nothing,
  body: z
    .strictObject({ externalId: externalId.optional(), firstName: personName.optional(), lastName: personName.optional(), email: email.optional() })
    .refine((changes) => Object.values(changes).some((value) => value !== undefined), { error: 'must name at least one field to change' }),
  idempotent: false,
  replies: { 200: { description: 'The person as stored now', schema: userShape } },
});

export const getUserContract = defineRoute({
  name: 'get-user',
  method: 'GET',
  path: '/v1/users/{userId}',
  scope: 'users:read',
  tag: 'Users',
  summary: "Get a person; with refresh, after reading upstream's profile and status",
  params: z.strictObject({ userId: z.string() }),
  query: z.strictObject({ refresh: z.enum(['true', 'false']).optional() }),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The person', schema: userShape } },
});

export const listUsersContract = defineRoute({
  name: 'list-users',
  method: 'GET',
  path: '/v1/users',
  scope: 'users:read',
  tag: 'Users',
  summary: 'List people, newest first',
  params: nothing,
  query: z.strictObject({ externalId: externalId.optional(), ...paging }),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page', schema: userPageShape } },
});
