import { expressionPattern } from './definition-schema.ts';
import { isJsonObject, type Json } from './json.ts';

/** The JSONata in a string that is an expression and nothing else; undefined for any other value. */
export function expressionSource(value: Json): string | undefined {
  return typeof value === 'string' ? expressionPattern.exec(value)?.[1]?.trim() : undefined;
}

/** Every string of a template with its location, in AWS's way of writing it: `Arguments/Key/pk`. */
export function* templateStrings(template: Json, location: string): Generator<{ location: string; text: string; isKey: boolean }> {
  if (typeof template === 'string') yield { location, text: template, isKey: false };
  else if (Array.isArray(template)) {
    for (const [index, item] of template.entries()) yield* templateStrings(item, `${location}[${index}]`);
  } else if (isJsonObject(template)) {
    for (const [key, value] of Object.entries(template)) {
      yield { location: `${location}/${key}`, text: key, isKey: true };
      yield* templateStrings(value, `${location}/${key}`);
    }
  }
}

/** Replaces every expression of a template by its value, one after the other in the order in which they are written. */
export async function fillTemplate(template: Json, location: string, evaluate: (source: string, location: string) => Promise<Json>): Promise<Json> {
  const source = expressionSource(template);
  if (source !== undefined) return evaluate(source, location);
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) items.push(await fillTemplate(item, `${location}[${index}]`, evaluate));
    return items;
  }
  if (isJsonObject(template)) {
    const members: [string, Json][] = [];
    for (const [key, value] of Object.entries(template)) members.push([key, await fillTemplate(value, `${location}/${key}`, evaluate)]);
    return Object.fromEntries(members);
  }
  return template;
}
