import * as z from 'zod';

const json = z.json();

/** Any JSON value. */
export type Json = z.infer<typeof json>;
export type JsonObject = Record<string, Json>;

/** Parses a JSON text. Throws `SyntaxError`. */
export function parseJson(text: string): Json {
  return json.parse(JSON.parse(text));
}

/** What is left of a value after a trip through JSON: what AWS would hand on. `undefined` becomes null. Throws `TypeError` on a cycle. */
export function throughJson(value: unknown): Json {
  return parseJson(JSON.stringify(value ?? null));
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The size that AWS limits: bytes of the JSON text in UTF-8. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/** JSON's own word for the type of a value, as it stands in AWS's messages. */
export function jsonType(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Leaves out the members without a value. */
export function definedMembers(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]])));
}
