import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why one finding of cdk-nag's AwsSolutions is as it should be. The reason is printed in the validation report. */
export function acknowledge(scope: IConstruct, rule: `AwsSolutions-${string}`, reason: string): void {
  Validations.of(scope).acknowledge({ id: rule, reason });
}

/** The same for a resource with a wildcard in a policy: cdk-nag wants each named, with `<references>` in angle brackets. */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  acknowledge(scope, `AwsSolutions-IAM5[Resource::${flat(Stack.of(scope).resolve(resource))}]`, reason);
}

function flat(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  if (Array.isArray(resolved)) return resolved.map(flat).join('');
  if (typeof resolved !== 'object' || resolved === null) return '';
  return Object.entries(resolved).map(([intrinsic, argument]) => (intrinsic === 'Fn::Join' ? flat(argument) : `<${flat(argument)}>`)).join('');
}
