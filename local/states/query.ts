import jsonata from 'jsonata';
import type { Expression } from 'jsonata';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import type { Json, JsonObject } from './json.ts';
import { registerStepFunctions } from './jsonata-functions.ts';

/** Evaluates JSONata expressions as Step Functions does. */
export interface Query {
  /**
   * @param source the expression without its `{% %}`
   * @param bindings the variables by name, `states` among them
   * @throws {QueryFailure}
   */
  evaluate(source: string, bindings: JsonObject): Promise<Json>;
}

/** Why an expression gave no value; the message continues AWS's "The JSONata expression '…' specified for the field '…'". */
export class QueryFailure extends Error {
  override name = 'QueryFailure';
}

const jsonataError = z.object({ code: z.string().optional(), message: z.string() });

/** Names the error of a parser or an evaluation as AWS does: code first. */
export function jsonataMessage(thrown: unknown): string {
  const error = jsonataError.safeParse(thrown);
  if (!error.success) return String(thrown);
  return error.data.code === undefined ? error.data.message : `${error.data.code}: ${error.data.message}`;
}

/** An expression is parsed once; `$now()` and `$millis()` follow the clock and stand still during one evaluation. */
export function createQuery(sources: { clock: Clock; random: () => number; newId: () => string }): Query {
  const compiled = new Map<string, Expression>();
  const fromMillis = jsonata('$fromMillis($moment, $picture, $timezone)');

  const compile = (source: string): Expression => {
    const known = compiled.get(source);
    if (known !== undefined) return known;
    const expression = jsonata(source);
    registerStepFunctions(expression, sources);
    compiled.set(source, expression);
    return expression;
  };

  return {
    async evaluate(source, bindings) {
      const moment = sources.clock.now();
      let value: unknown;
      try {
        // Without an input document: `$` and bare field names mean nothing.
        value = await compile(source).evaluate(undefined, {
          millis: () => moment,
          now: async (picture?: string, timezone?: string): Promise<unknown> => fromMillis.evaluate(undefined, { moment, picture, timezone }),
          ...bindings,
        });
      } catch (error) {
        throw new QueryFailure(`threw an error during evaluation. ${jsonataMessage(error)}`);
      }
      if (value === undefined) throw new QueryFailure('returned nothing (undefined).');
      return plainJson(value);
    },
  };
}

/** Refuses what JSON cannot say. A member without a value disappears, as it does on AWS. */
function plainJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) throw new QueryFailure('returned an unsupported result type.');
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]): [string, Json][] => (member === undefined ? [] : [[name, plainJson(member)]])));
}
