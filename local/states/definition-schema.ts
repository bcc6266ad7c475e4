import * as z from 'zod';

/** The largest number of seconds that AWS takes anywhere in a definition. */
export const longestSeconds = 99_999_999;

/** A string that is one JSONata expression and nothing else. */
export const expressionPattern = /^\{%([\s\S]*)%\}$/u;

/** RFC 3339 with an upper-case `T` and an offset or an upper-case `Z`, as the specification of Wait demands. */
export const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/u;

const stateName = z.string().min(1).max(80);
const comment = { Comment: z.string().optional() };
const template = z.json();

const seconds = (least: number) => {
  const sentence = `must be an integer from ${least} to ${longestSeconds}, or a JSONata expression that gives one`;
  const literal = z.int(sentence).min(least, sentence).max(longestSeconds, sentence);
  return z.union([literal, z.string().regex(expressionPattern, sentence)], sentence);
};

/** Unicode Annex 31, as the specification demands of variable names. */
const variableName = z
  .string()
  .regex(/^\p{ID_Start}\p{ID_Continue}*$/u, 'a variable is named by a Unicode identifier')
  .max(80)
  .refine((name) => name !== 'states', "'states' is reserved");
const assign = z.record(variableName, template);

const errorEquals = z.array(z.string().min(1)).min(1);

const retrier = z.strictObject({
  ...comment,
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(longestSeconds).optional(),
  MaxAttempts: z.int().min(0).max(longestSeconds).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).max(31_622_399).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});

const catcher = z.strictObject({
  ...comment,
  ErrorEquals: errorEquals,
  Next: stateName,
  Assign: assign.optional(),
  Output: template.optional(),
});

const common = { ...comment, QueryLanguage: z.literal('JSONata').optional() };
const leaving = { Assign: assign.optional(), Output: template.optional() };
const onward = { Next: stateName.optional(), End: z.literal(true).optional() };

const task = z.strictObject({
  Type: z.literal('Task'),
  ...common,
  Resource: z.string(),
  Arguments: template.optional(),
  TimeoutSeconds: seconds(1).optional(),
  HeartbeatSeconds: seconds(1).optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
  ...leaving,
  ...onward,
});

const pass = z.strictObject({ Type: z.literal('Pass'), ...common, ...leaving, ...onward });

const conditionSentence = 'must be a boolean or a JSONata expression';

const choiceRule = z.strictObject({
  ...comment,
  Condition: z.union([z.boolean(), z.string().regex(expressionPattern, conditionSentence)], conditionSentence),
  Next: stateName,
  ...leaving,
});

const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  Choices: z.array(choiceRule).min(1),
  Default: stateName.optional(),
  ...leaving,
});

const wait = z.strictObject({
  Type: z.literal('Wait'),
  ...common,
  Seconds: seconds(0).optional(),
  Timestamp: z
    .string()
    .refine((text) => timestampPattern.test(text) || expressionPattern.test(text), 'must be an RFC 3339 timestamp or a JSONata expression')
    .optional(),
  ...leaving,
  ...onward,
});

const succeed = z.strictObject({ Type: z.literal('Succeed'), ...common, Output: template.optional() });

const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const state = z.discriminatedUnion('Type', [task, pass, choice, wait, succeed, fail]);

/** The state types that this runner has; AWS also knows Parallel and Map. */
export const stateTypes = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail'] as const;

/**
 * The part of the Amazon States Language (JSONata dialect) that the local Step Functions runs. Every object is strict:
 * a field that is not listed here is refused, because AWS would honour it and this runner would not.
 */
export const machineSchema = z.strictObject({
  ...comment,
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONata'),
  StartAt: stateName,
  TimeoutSeconds: z.int().min(1).max(longestSeconds).optional(),
  States: z.record(stateName, state),
});

export type Machine = z.infer<typeof machineSchema>;
export type State = z.infer<typeof state>;
export type TaskState = z.infer<typeof task>;
export type ChoiceState = z.infer<typeof choice>;
export type WaitState = z.infer<typeof wait>;
export type Retrier = z.infer<typeof retrier>;
export type Catcher = z.infer<typeof catcher>;
