import { ServiceError } from './service-error.ts';

/**
 * Checks that an ARN has the form of a state machine's or an execution's. Whether there is such a thing is another question.
 * Throws `InvalidArn`.
 */
export function checkArn(arn: string, resourceType: 'stateMachine' | 'execution'): void {
  const [prefix, partition, service, region, account, type, ...names] = arn.split(':');
  const isOurs = prefix === 'arn' && partition === 'aws' && service === 'states';
  if (!isOurs || region === undefined || region === '' || account === undefined || !/^\d{12}$/u.test(account)) {
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  }
  if (type !== resourceType) throw new ServiceError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type ?? ''}'`);
  if (names.length !== (resourceType === 'execution' ? 2 : 1) || names.includes('')) throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** White space, brackets, wildcards, special and control characters: what the API reference forbids in names. */
const forbiddenInName = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

/** Throws `InvalidName`. The length is the request's matter. */
export function checkName(name: string): void {
  if (forbiddenInName.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}
