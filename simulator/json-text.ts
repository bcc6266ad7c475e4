const decimalText = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** A JSON number that is sent with exactly these digits: `1200.00` stays `1200.00`, which a JavaScript number cannot promise. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    if (!decimalText.test(text)) throw new Error('a Decimal is written as digits, e.g. 39.76');
    this.text = text;
  }
}

/** The members of a JSON object one by one, since upstream sends a key twice in one object. */
export class Members {
  readonly list: readonly (readonly [string, Json])[];

  constructor(list: readonly (readonly [string, Json])[]) {
    this.list = list;
  }
}

/** What the simulator sends. Members that are `undefined` are left out, as JSON.stringify does. */
export type Json = null | boolean | number | string | Decimal | Members | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Writes JSON text as JSON.stringify would, but keeps the digits of every Decimal. */
export function toJsonText(value: Json): string {
  if (value instanceof Decimal) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJsonText).join(',')}]`;
  const entries: readonly (readonly [string, Json | undefined])[] = value instanceof Members ? value.list : Object.entries(value);
  const members = entries.flatMap(([key, member]) => (member === undefined ? [] : [`${JSON.stringify(key)}:${toJsonText(member)}`]));
  return `{${members.join(',')}}`;
}

/** Array.isArray does not narrow a readonly array out of a union. */
export function isList(value: Exclude<Json, null | boolean | number | string>): value is readonly Json[] {
  return Array.isArray(value);
}
