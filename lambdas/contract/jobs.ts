import * as z from 'zod';
import { jobStatuses, jobTypes } from '../domain/job.ts';
import { connectionIdInPath, id, paging, queryInteger, time } from './fields.ts';
import { defineRoute, emptyBody, noBody, nothing } from './route-contract.ts';
import { jobPageShape, jobShape, timelineShape } from './shapes.ts';

const jobPath = z.strictObject({ jobId: z.string() });
/** No bank has older data, and days counted back from here still have a year of four digits. */
const earliestDay = '1900-01-01';
const day = z.iso.date({ error: 'must be a day as YYYY-MM-DD', abort: true }).refine((text) => text >= earliestDay, { error: `must not be before ${earliestDay}` });
const reference = z.string().regex(/^[\x20-\x7e]{1,128}$/, { error: 'must be 1 to 128 printable ASCII characters' });

export const startJobContract = defineRoute({
  name: 'start-job',
  method: 'POST',
  path: '/v1/connections/{connectionId}/jobs',
  scope: 'jobs:write',
  tag: 'Jobs',
  summary: 'Start an aggregation job, or join the one of the same type and dates that still runs',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: nothing,
  body: z
    .strictObject({
      type: z.enum(jobTypes),
      startDate: day.optional(),
      endDate: day.optional(),
      reference: reference.optional(),
    })
    .check((context) => {
      const { type, startDate, endDate } = context.value;
      const issue = (path: string, message: string) => context.issues.push({ code: 'custom', path: [path], message, input: undefined });
      if (type !== 'transactions' && startDate !== undefined) issue('startDate', 'belongs to the type transactions only');
      if (type !== 'transactions' && endDate !== undefined) issue('endDate', 'belongs to the type transactions only');
      if (startDate !== undefined && endDate !== undefined && startDate > endDate) issue('startDate', 'must not be after endDate');
    }),
  idempotent: true,
  replies: {
    202: { description: 'The job is accepted; follow it at Location', schema: jobShape },
    200: { description: 'Joined the job that runs already', schema: jobShape },
  },
});

export const getJobContract = defineRoute({
  name: 'get-job',
  method: 'GET',
  path: '/v1/jobs/{jobId}',
  scope: 'jobs:read',
  tag: 'Jobs',
  summary: 'Get a job; with waitSeconds, as soon as it ends or asks for MFA',
  params: jobPath,
  query: z.strictObject({ waitSeconds: queryInteger(0, 20).optional() }),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The job', schema: jobShape } },
});

const filter = {
  status: z.enum(jobStatuses).optional(),
  type: z.enum(jobTypes).optional(),
  userId: id.optional(),
  reference: reference.optional(),
  createdAfter: time.optional(),
  ...paging,
};

export const listJobsContract = defineRoute({
  name: 'list-jobs',
  method: 'GET',
  path: '/v1/jobs',
  scope: 'jobs:read',
  tag: 'Jobs',
  summary: 'List jobs, newest first',
  params: nothing,
  query: z.strictObject(filter),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page', schema: jobPageShape } },
});

export const listConnectionJobsContract = defineRoute({
  name: 'list-connection-jobs',
  method: 'GET',
  path: '/v1/connections/{connectionId}/jobs',
  scope: 'jobs:read',
  tag: 'Jobs',
  summary: "List a connection's jobs, newest first",
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: z.strictObject(filter),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page', schema: jobPageShape } },
});

export const resumeJobContract = defineRoute({
  name: 'resume-job',
  method: 'POST',
  path: '/v1/jobs/{jobId}/resume',
  scope: 'jobs:write',
  tag: 'Jobs',
  summary: 'Say that the person finished in the widget',
  params: jobPath,
  query: nothing,
  body: emptyBody,
  idempotent: true,
  replies: { 202: { description: 'The job looks again', schema: jobShape } },
});

export const cancelJobContract = defineRoute({
  name: 'cancel-job',
  method: 'POST',
  path: '/v1/jobs/{jobId}/cancel',
  scope: 'jobs:write',
  tag: 'Jobs',
  summary: 'Cancel a job; its connection is free again at once',
  params: jobPath,
  query: nothing,
  body: emptyBody,
  idempotent: true,
  replies: { 200: { description: 'The job is canceled', schema: jobShape } },
});

export const redriveJobContract = defineRoute({
  name: 'redrive-job',
  method: 'POST',
  path: '/v1/jobs/{jobId}/redrive',
  scope: 'jobs:write',
  tag: 'Jobs',
  summary: 'Start a new job in place of one that failed or expired',
  params: jobPath,
  query: nothing,
  body: emptyBody,
  idempotent: true,
  replies: {
    202: { description: 'The new job is accepted, its retryOf names the old one; follow it at Location', schema: jobShape },
    200: { description: 'Joined a job of the same type and dates that runs already', schema: jobShape },
  },
});

export const getTimelineContract = defineRoute({
  name: 'get-timeline',
  method: 'GET',
  path: '/v1/jobs/{jobId}/timeline',
  scope: 'jobs:read',
  tag: 'Jobs',
  summary: 'What happened to a job, in plain words, oldest first',
  params: jobPath,
  query: nothing,
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The story of the job', schema: timelineShape } },
});
