import * as z from 'zod';
import { connectionStatuses, normalConnectionId } from '../domain/connection.ts';
import { connectionIdInBody, connectionIdInPath, id, paging, time } from './fields.ts';
import { defineRoute, emptyBody, noBody, noContent, nothing } from './route-contract.ts';
import { accountDetailsShape, connectionPageShape, connectionShape, savedConnectionsShape } from './shapes.ts';

/** Fields that an SDK may also fill with null. */
const unused = z.string().nullish();
const linkedPerson = z.string().nullish().transform((uuid) => uuid ?? undefined);

/**
 * The widget's `onSuccess` payload as it is: upstream may extend it, so unknown fields pass (aerosync-api.md §7.1).
 * Only the ids are read on, in one form for both kinds.
 */
const singleAccount = z
  .looseObject({ connectionId: connectionIdInBody, clientName: unused, aeroPassUserUuid: linkedPerson })
  .transform(({ connectionId, aeroPassUserUuid }) => ({ connectionIds: [connectionId], aeroPassUserUuid }));
const severalAccounts = z
  .looseObject({
    accounts: z.array(z.looseObject({ connectionId: connectionIdInBody })).min(1).max(20),
    clientName: unused,
    aeroPassUserUuid: linkedPerson,
  })
  .transform(({ accounts, aeroPassUserUuid }) => ({ connectionIds: accounts.map(({ connectionId }) => connectionId), aeroPassUserUuid }));

/**
 * An old SDK's payload. Its `user_id` is the connection, save in some versions that put it into `user_password` (docs-link-bank-v1.txt, step 3C):
 * upstream knows which. Neither is stored otherwise.
 */
const oldPayload = z
  .looseObject({ user_id: connectionIdInBody, user_password: z.string().min(1).max(256).nullish(), ClientName: unused, FILoginAcctId: unused })
  .transform(({ user_id, user_password }) => ({ connectionIds: [user_id], otherwise: normalConnectionId(user_password ?? '') }));

export const saveConnectionsContract = defineRoute({
  name: 'save-connections',
  method: 'POST',
  path: '/v1/users/{userId}/connections',
  scope: 'connections:write',
  tag: 'Connections',
  summary: "Save what the widget's onSuccess handed over",
  params: z.strictObject({ userId: z.string() }),
  query: nothing,
  body: z.union([severalAccounts, singleAccount, oldPayload]),
  idempotent: true,
  replies: {
    201: { description: 'At least one connection is new', schema: savedConnectionsShape },
    200: { description: 'All were known to this user', schema: savedConnectionsShape },
  },
});

const filter = {
  status: z.enum(connectionStatuses).optional(),
  userId: id.optional(),
  expiresBefore: time.optional(),
  ...paging,
};

export const listConnectionsContract = defineRoute({
  name: 'list-connections',
  method: 'GET',
  path: '/v1/connections',
  scope: 'connections:read',
  tag: 'Connections',
  summary: 'List connections, newest first',
  params: nothing,
  query: z.strictObject(filter),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page', schema: connectionPageShape } },
});

export const listUserConnectionsContract = defineRoute({
  name: 'list-user-connections',
  method: 'GET',
  path: '/v1/users/{userId}/connections',
  scope: 'connections:read',
  tag: 'Connections',
  summary: "List a person's connections, newest first",
  params: z.strictObject({ userId: z.string() }),
  query: z.strictObject(filter),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page', schema: connectionPageShape } },
});

export const getConnectionContract = defineRoute({
  name: 'get-connection',
  method: 'GET',
  path: '/v1/connections/{connectionId}',
  scope: 'connections:read',
  tag: 'Connections',
  summary: 'Get a connection',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: nothing,
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The connection', schema: connectionShape } },
});

export const getAccountDetailsContract = defineRoute({
  name: 'get-account-details',
  method: 'GET',
  path: '/v1/connections/{connectionId}/account',
  scope: 'accounts:read',
  tag: 'Connections',
  summary: 'Read the full account and routing number live from the bank; never stored',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: nothing,
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The account', schema: accountDetailsShape } },
});

export const checkConnectionContract = defineRoute({
  name: 'check-connection',
  method: 'POST',
  path: '/v1/connections/{connectionId}/check',
  scope: 'connections:write',
  tag: 'Connections',
  summary: 'Read a connection from upstream again',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: nothing,
  body: emptyBody,
  idempotent: true,
  replies: { 200: { description: 'The connection as upstream describes it now', schema: connectionShape } },
});

export const deleteConnectionContract = defineRoute({
  name: 'delete-connection',
  method: 'DELETE',
  path: '/v1/connections/{connectionId}',
  scope: 'connections:write',
  tag: 'Connections',
  summary: 'Remove a connection: its running jobs are canceled, its results removed; the consent at the bank is untouched',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: nothing,
  body: noBody,
  idempotent: false,
  replies: { 204: { description: 'The connection is gone', schema: noContent } },
});
