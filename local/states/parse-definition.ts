import type * as z from 'zod';
import { checkErrorRules } from './check-error-rules.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkTasks } from './check-tasks.ts';
import { checkTransitions } from './check-transitions.ts';
import type { DefinitionProblem } from './definition-problem.ts';
import { machineSchema, stateTypes, type Machine } from './definition-schema.ts';
import { isJsonObject, parseJson, type Json } from './json.ts';
import { ServiceError } from './service-error.ts';

/** JSONPath's fields, which AWS refuses in a JSONata state. */
const jsonPathFields = new Set([
  'CausePath', 'ErrorPath', 'HeartbeatSecondsPath', 'InputPath', 'ItemsPath', 'OutputPath', 'Parameters', 'Result', 'ResultPath',
  'ResultSelector', 'SecondsPath', 'TimeoutSecondsPath', 'TimestampPath', 'Variable',
]);

/**
 * Reads a state machine's definition.
 * @throws {ServiceError} `InvalidDefinition`, naming path and field of everything that is wrong or not implemented here
 */
export function parseDefinition(text: string): Machine {
  let definition: Json;
  try {
    definition = parseJson(text);
  } catch (error) {
    throw invalid([{ path: '/', message: `the definition must be JSON: ${error instanceof Error ? error.message : String(error)}` }]);
  }
  const foreign = [...checkDialect(definition), ...checkStateTypes(definition)];
  if (foreign.length > 0) throw invalid(foreign);

  const parsed = machineSchema.safeParse(definition);
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap(problemsOf));

  const machine = parsed.data;
  const problems = [...checkTransitions(machine), ...checkErrorRules(machine), ...checkTasks(machine), ...checkExpressions(machine)];
  if (problems.length > 0) throw invalid(problems);
  return machine;
}

function invalid(problems: readonly DefinitionProblem[]): ServiceError {
  const list = problems.map(({ path, message }) => `${message} at ${path}`).join('; ');
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${list}'`);
}

function checkDialect(definition: Json): DefinitionProblem[] {
  if (!isJsonObject(definition)) return [{ path: '/', message: 'the definition must be a JSON object' }];
  if (definition['QueryLanguage'] === 'JSONata') return [];
  return [{ path: '/QueryLanguage', message: "must be 'JSONata', the only dialect that the local Step Functions runs (AWS takes JSONPath when it is missing)" }];
}

/** Before the schema, which would say of an unknown type only that no alternative fits. */
function checkStateTypes(definition: Json): DefinitionProblem[] {
  const states = isJsonObject(definition) ? definition['States'] : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => {
    const type = isJsonObject(state) ? state['Type'] : undefined;
    if (stateTypes.some((known) => known === type)) return [];
    const path = `/States/${name}/Type`;
    if (type === 'Parallel' || type === 'Map') return [{ path, message: `the state type '${type}' is not implemented by the local Step Functions` }];
    return [{ path, message: `must be one of ${stateTypes.join(', ')}` }];
  });
}

function problemsOf(issue: z.core.$ZodIssue): DefinitionProblem[] {
  const path = `/${issue.path.map(String).join('/')}`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: `${path === '/' ? '' : path}/${key}`, message: refusalOfField(key) }));
  }
  // A bad key of a record (a variable's or a state's name) hides its reasons one level down.
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
  return [{ path, message: issue.message }];
}

function refusalOfField(field: string): string {
  if (jsonPathFields.has(field)) return `'${field}' is a field of JSONPath states, not of JSONata states`;
  return `the field '${field}' is unknown here or not implemented by the local Step Functions`;
}
