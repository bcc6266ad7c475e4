import * as z from 'zod';
import { connectionIdInBody, id } from './fields.ts';
import { defineRoute, nothing } from './route-contract.ts';
import { widgetTokenShape } from './shapes.ts';

export const platforms = ['web', 'ios', 'android', 'react_native', 'flutter'] as const;

export const issueWidgetTokenContract = defineRoute({
  name: 'issue-widget-token',
  method: 'POST',
  path: '/v1/users/{userId}/widget-tokens',
  scope: 'connections:write',
  tag: 'Widget',
  summary: 'Mint a fresh token that opens the widget to link a bank, to answer a bank question, or to reconnect',
  params: z.strictObject({ userId: z.string() }),
  query: nothing,
  body: z
    .strictObject({
      purpose: z.enum(['link', 'mfa', 'reconnect']),
      jobId: id.optional().meta({ description: 'Of a job that waits for the person; needed for `mfa`' }),
      connectionId: connectionIdInBody.optional().meta({ description: "Needed for `reconnect`; with `mfa`, the job's own" }),
      platform: z.enum(platforms).optional(),
      deeplink: z.string().min(1).max(2048).optional().meta({ description: "Where a mobile app is returned to; must be on the merchant's allow-list" }),
    })
    .check((context) => {
      const { purpose, jobId, connectionId } = context.value;
      const issue = (path: string, message: string) => context.issues.push({ code: 'custom', path: [path], message, input: undefined });
      if (purpose === 'mfa' && jobId === undefined) issue('jobId', 'is needed for the purpose mfa');
      if (purpose !== 'mfa' && jobId !== undefined) issue('jobId', 'belongs to the purpose mfa only');
      if (purpose === 'reconnect' && connectionId === undefined) issue('connectionId', 'is needed for the purpose reconnect');
      if (purpose === 'link' && connectionId !== undefined) issue('connectionId', 'belongs to the purposes mfa and reconnect only');
    }),
  idempotent: false,
  replies: { 201: { description: 'A token for one launch', schema: widgetTokenShape } },
});
