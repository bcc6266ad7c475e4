import { isDeepStrictEqual } from 'node:util';
import { LocalCloudError } from '../local-cloud-error.ts';
import { evaluate, literal, pair, type Scope } from './evaluate.ts';
import { isRecord } from './is-record.ts';

/** Evaluates one entry of a template's `Conditions`: Equals, And, Or, Not and references to other conditions. */
export function evaluateCondition(expression: unknown, scope: Scope): boolean {
  const [entry, ...more] = isRecord(expression) ? Object.entries(expression) : [];
  if (entry === undefined || more.length > 0) throw new LocalCloudError(`${scope.where} is not a condition.`);
  const [name, argument] = entry;
  switch (name) {
    case 'Condition':
      return scope.condition(literal(argument, name, scope));
    case 'Fn::Equals': {
      const [left, right] = pair(argument, name, scope);
      return isDeepStrictEqual(evaluate(left, scope), evaluate(right, scope));
    }
    case 'Fn::And':
      return list(argument, scope).every((inner) => evaluateCondition(inner, scope));
    case 'Fn::Or':
      return list(argument, scope).some((inner) => evaluateCondition(inner, scope));
    case 'Fn::Not':
      return !list(argument, scope).every((inner) => evaluateCondition(inner, scope));
    default:
      throw new LocalCloudError(`${scope.where} uses ${name}, which the local cloud does not implement.`);
  }
}

function list(argument: unknown, scope: Scope): unknown[] {
  if (!Array.isArray(argument) || argument.length === 0) throw new LocalCloudError(`${scope.where} is not a condition.`);
  return argument;
}
