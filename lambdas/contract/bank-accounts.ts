import * as z from 'zod';
import { connectionIdInBody } from './fields.ts';
import { defineRoute, noBody, nothing } from './route-contract.ts';
import { bankAccountShape } from './shapes.ts';

const params = z.strictObject({ userId: z.string() });

export const listBankAccountsContract = defineRoute({
  name: 'list-bank-accounts',
  method: 'GET',
  path: '/v1/users/{userId}/bank-accounts',
  scope: 'users:read',
  tag: 'Connections',
  summary: 'Read the accounts that the person has linked for payments, live from Aeropay',
  params,
  query: nothing,
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'All of them', schema: z.object({ items: z.array(bankAccountShape) }).meta({ id: 'BankAccounts' }) } },
});

/** What an old SDK's `onSuccess` gave; passed on and never stored (docs-link-bank-v1.txt, step 3C). */
const oldPayload = z
  .strictObject({ user_id: z.string().min(1).max(256), user_password: z.string().min(1).max(256) })
  .transform(({ user_id: userId, user_password: userPassword }) => ({ userId, userPassword }));

export const linkBankAccountContract = defineRoute({
  name: 'link-bank-account',
  method: 'POST',
  path: '/v1/users/{userId}/bank-accounts',
  scope: 'connections:write',
  tag: 'Connections',
  summary: "Link a connection's account for payments at Aeropay",
  params,
  query: nothing,
  body: z.union([z.strictObject({ connectionId: connectionIdInBody }), oldPayload]),
  idempotent: true,
  replies: { 201: { description: 'The account is linked', schema: bankAccountShape } },
});
