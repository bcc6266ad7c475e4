type Json = unknown;
type Schema = Readonly<Record<string, Json>>;

/**
 * Where a value and a JSON schema of an OpenAPI document differ, as sentences. Stricter than a validator: a field that the schema
 * does not name is a difference, and so is a keyword that this reader does not know.
 */
export function differences(schema: Schema, value: Json, document: Json, path = ''): string[] {
  const { $ref, anyOf, type, properties, required, items, enum: options, ...rest } = schema;
  if (typeof $ref === 'string') return differences(resolve($ref, document), value, document, path);
  if (Array.isArray(anyOf)) {
    const attempts = (anyOf as Schema[]).map((branch) => differences(branch, value, document, path));
    return attempts.some((attempt) => attempt.length === 0) ? [] : [`${path} fits no form`];
  }
  const unknown = Object.keys(rest).filter((keyword) => !annotations.has(keyword));
  if (unknown.length > 0) return [`${path} has keywords that nobody checks: ${unknown.join(', ')}`];
  const types = (Array.isArray(type) ? type : [type]) as string[];
  if (!types.some((name) => isOfType(name, value))) return [types.length > 1 ? `${path} fits no form` : `${path} is no ${String(type)}`];
  if (Array.isArray(options) && !options.includes(value)) return [`${path} is none of its options`];
  if ('const' in rest && rest['const'] !== value) return [`${path} is not the constant`];
  if (typeof rest['pattern'] === 'string' && typeof value === 'string' && !new RegExp(rest['pattern'], 'u').test(value)) return [`${path} does not match its pattern`];
  if (Array.isArray(value)) return value.flatMap((item, index) => differences((items ?? {}) as Schema, item, document, join(path, String(index))));
  if (typeof value !== 'object' || value === null) return [];
  return members((properties ?? {}) as Record<string, Schema>, (required ?? []) as string[], rest['additionalProperties'], value as Record<string, Json>, document, path);
}

function members(properties: Record<string, Schema>, required: string[], more: Json, value: Record<string, Json>, document: Json, path: string): string[] {
  const open = typeof more === 'object';
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${join(path, name)} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const schema = properties[name];
      if (schema !== undefined) return differences(schema, member, document, join(path, name));
      return open ? [] : [`${join(path, name)} is not described`];
    }),
  ];
}

const annotations = new Set(['description', 'example', 'format', 'pattern', 'const', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum', 'additionalProperties']);

function isOfType(name: string, value: Json): boolean {
  switch (name) {
    case 'null': return value === null;
    case 'array': return Array.isArray(value);
    case 'integer': return Number.isSafeInteger(value);
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
    default: return typeof value === name;
  }
}

function resolve(reference: string, document: Json): Schema {
  const found = reference.replace('#/', '').split('/').reduce<Json>((part, name) => (part as Record<string, Json>)[name], document);
  return found as Schema;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
