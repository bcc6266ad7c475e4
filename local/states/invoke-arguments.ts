import { isJsonObject, jsonType, type Json } from './json.ts';
import { functionArnPattern } from './resource.ts';
import type { ArgumentProblem } from './update-item.ts';

const functionName = /^[A-Za-z0-9_-]{1,64}$/u;

/**
 * Reads the arguments of `lambda:invoke`.
 * @param isOpen says which values are expressions still to be evaluated; nothing is asked of those
 */
export function invokeArguments(args: Json, isOpen: (value: Json) => boolean = () => false): { functionName: string; payload: Json; problems: ArgumentProblem[] } {
  const problems: ArgumentProblem[] = [];
  if (!isJsonObject(args)) {
    return { functionName: '', payload: null, problems: [{ path: '', message: `the arguments must be an object, not ${jsonType(args)}` }] };
  }
  const { FunctionName: name, Payload: payload = {}, ...others } = args;
  const isName = typeof name === 'string' && (functionName.test(name) || functionArnPattern.test(name));
  if (name === undefined) problems.push({ path: 'FunctionName', message: 'is required' });
  else if (!isOpen(name) && !isName) problems.push({ path: 'FunctionName', message: 'must be the name or the ARN of a function' });
  for (const other of Object.keys(others)) {
    problems.push({ path: other, message: 'is not implemented by the local Step Functions, which passes FunctionName and Payload' });
  }
  return { functionName: isName ? name : '', payload, problems };
}
