import { readSandbox, type Sandbox } from '../../scripts/drift/read-sandbox.ts';
import { shapeOf } from '../../scripts/drift/shape-of.ts';
import type { Person } from '../../lambdas/domain/user.ts';

const read = readSandbox(process.env);

/** Undefined without credentials: then the suites skip. */
export const sandbox: Sandbox | undefined = 'missing' in read ? undefined : read;

/** Inside a test that was not skipped there is one. */
export function theSandbox(): Sandbox {
  if (sandbox === undefined) throw new Error('there are no credentials of a sandbox: the suite should have been skipped');
  return sandbox;
}

/** Nobody: names of the documents, a domain that is set aside, and a phone that rings nowhere. */
export function aPerson(): Person {
  return { firstName: 'Jane', lastName: 'Doe', phoneNumber: theSandbox().phoneNumber, email: 'jane.doe@example.com' };
}

/** One request and the status of its answer, with the types of the members at its top. A failed test then prints types, and no token or person. */
export async function typesOfReply(url: URL, request: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {}) {
  const { status, reply } = await replyTo(url, request);
  return { status, types: typesIn(reply) };
}

/** One request as it is, for what no adapter sends. */
export async function replyTo(url: URL, { body, headers }: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<{ status: number; reply: unknown }> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, reply: await response.json() };
}

/** The types of a value's members, e.g. `{token: 'token', TTL: 'number'}`, and `error.code` for a member of a member. */
export function typesIn(value: unknown): Record<string, string> {
  const { members } = shapeOf(value);
  return Object.fromEntries(
    [...members].flatMap(([name, shape]) => [[name, shape.types.join(' or ')] as const, ...[...shape.members].map(([inner, innerShape]) => [`${name}.${inner}`, innerShape.types.join(' or ')] as const)]),
  );
}
