import * as z from 'zod';
import { payloadLimitBytes } from './data-limit.ts';
import { executionStatuses } from './records.ts';
import { ServiceError } from './service-error.ts';

const bytes = (limit: number) => z.string().refine((text) => Buffer.byteLength(text, 'utf8') <= limit, `must have a length of at most ${limit} bytes`);
const arn = z.string().min(1).max(256);
const taskToken = z.string().min(1).max(2048);
const error = z.string().max(256).optional();
const cause = z.string().max(32_768).optional();
const paging = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().min(1).max(3096).optional() };

/**
 * The requests of the operations that the local Step Functions serves, with the limits of the API reference. They are strict:
 * a parameter that is not listed is one that would be ignored.
 */
export const requests = {
  StartExecution: z.strictObject({ stateMachineArn: arn, name: z.string().min(1).max(80).optional(), input: bytes(payloadLimitBytes).optional() }),
  DescribeExecution: z.strictObject({ executionArn: arn, includedData: z.enum(['ALL_DATA', 'METADATA_ONLY']).optional() }),
  GetExecutionHistory: z.strictObject({ executionArn: arn, ...paging, reverseOrder: z.boolean().optional(), includeExecutionData: z.boolean().optional() }),
  ListExecutions: z.strictObject({ stateMachineArn: arn, statusFilter: z.enum([...executionStatuses, 'PENDING_REDRIVE']).optional(), ...paging }),
  StopExecution: z.strictObject({ executionArn: arn, error, cause }),
  DescribeStateMachine: z.strictObject({ stateMachineArn: arn, includedData: z.enum(['ALL_DATA', 'METADATA_ONLY']).optional() }),
  SendTaskSuccess: z.strictObject({ taskToken, output: bytes(payloadLimitBytes) }),
  SendTaskFailure: z.strictObject({ taskToken, error, cause }),
  SendTaskHeartbeat: z.strictObject({ taskToken }),
} as const;

/** Checks a request. Throws `ValidationException`, naming the parameters and never their values. */
export function parseRequest<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `'${key}' is not implemented by the local Step Functions`)
      : [`Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`],
  );
  throw new ServiceError('ValidationException', `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`);
}
