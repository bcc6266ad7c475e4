import * as z from 'zod';
import { flag, integer, propertiesOf, readResources, type InertProperties, type ReadResource } from '../assembly/read-resources.ts';
import type { Resolver } from '../assembly/resolver.ts';
import { compilePattern, type EventMatcher } from '../events/event-pattern.ts';
import type { FunctionDefinition } from '../functions/function-properties.ts';
import { LocalCloudError } from '../local-cloud-error.ts';

/** A function that is handed the changes of a table. */
export interface Mapping {
  readonly where: string;
  readonly definition: FunctionDefinition;
  readonly tableName: string;
  /** As the template and the function know it; the engine has an ARN of its own. */
  readonly streamArn: string;
  readonly start: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  /** A record is handed over when one of them fits, or when there are none. */
  readonly filters: readonly EventMatcher[];
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** Infinity for the default, which is to try until the record is too old. */
  readonly retries: number;
  readonly maxAgeMs: number;
}

const inertProperties: InertProperties = {
  DestinationConfig: 'what is given up is said on the local cloud’s own output',
  KmsKeyArn: 'nothing is encrypted at rest',
  MetricsConfig: 'no metrics are collected',
  Tags: 'no cost allocation here',
};

/** -1 stands for no limit. */
const limit = z.union([z.literal(-1).transform(() => Infinity), integer]).default(Infinity);
const properties = propertiesOf(
  {
    BatchSize: integer.default(100),
    BisectBatchOnFunctionError: flag.default(false),
    Enabled: flag.default(true),
    EventSourceArn: z.string(),
    FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) }).optional(),
    FunctionName: z.string(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    MaximumBatchingWindowInSeconds: z.literal(0, 'only 0 is implemented').optional(),
    MaximumRecordAgeInSeconds: limit,
    MaximumRetryAttempts: limit,
    ParallelizationFactor: z.literal(1, 'only 1 is implemented').optional(),
    StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  },
  inertProperties,
);

/** A stream forgets after a day. */
const longestAgeMs = 24 * 3_600_000;

/** Reads the event source mappings that are enabled. Their sources must be tables of the assembly that have a stream, their functions functions of it. */
export function readMappings(resolver: Resolver, tables: readonly ReadResource<unknown>[], functions: readonly FunctionDefinition[]): Mapping[] {
  return readResources(resolver, 'AWS::Lambda::EventSourceMapping', properties).flatMap(({ properties: read, resource: { where } }) => {
    const table = tables.find(({ attributes }) => attributes['StreamArn'] === read.EventSourceArn);
    if (table === undefined) throw new LocalCloudError(`${where} has the source ${read.EventSourceArn}, which is no stream of a table of the assembly.`);
    const definition = functions.find(({ name, arn }) => [name, arn].includes(read.FunctionName));
    if (definition === undefined) throw new LocalCloudError(`${where} has the function ${read.FunctionName}, which is no function of the assembly.`);
    if (!read.Enabled) return [];
    const mapping: Mapping = {
      where,
      definition,
      tableName: table.ref,
      streamArn: read.EventSourceArn,
      start: read.StartingPosition,
      batchSize: read.BatchSize,
      filters: (read.FilterCriteria?.Filters ?? []).map(({ Pattern }, index) => readFilter(Pattern, `FilterCriteria.Filters.${index}.Pattern`, where)),
      reportsFailures: read.FunctionResponseTypes.length > 0,
      bisects: read.BisectBatchOnFunctionError,
      retries: read.MaximumRetryAttempts,
      maxAgeMs: Math.min(read.MaximumRecordAgeInSeconds * 1_000, longestAgeMs),
    };
    return [mapping];
  });
}

function readFilter(text: string, path: string, where: string): EventMatcher {
  const matcher = compilePattern(parse(text), path);
  if ('unknown' in matcher) throw new LocalCloudError(`${where}: ${matcher.unknown} is not implemented by the local cloud.`);
  return matcher;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
