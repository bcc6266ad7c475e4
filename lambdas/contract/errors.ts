import * as z from 'zod';
import { errorCodes, nextActions } from '../domain/errors.ts';
import { defineRoute, nothing } from './route-contract.ts';

export const explainErrorContract = defineRoute({
  name: 'explain-error',
  method: 'POST',
  path: '/v1/errors/explain',
  scope: 'connections:read',
  tag: 'Widget',
  summary: "Say what an error of the widget's onError means, and what the person can do",
  params: nothing,
  query: nothing,
  body: z.strictObject({ error: z.union([z.string(), z.record(z.string(), z.unknown())]) }),
  idempotent: false,
  replies: {
    200: {
      description: 'The error in the words of this API',
      schema: z
        .object({ code: z.enum(errorCodes), userMessage: z.string(), nextAction: z.enum(nextActions), upstreamCode: z.string().nullable() })
        .meta({ id: 'ExplainedError' }),
    },
  },
});
