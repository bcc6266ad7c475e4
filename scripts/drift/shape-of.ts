/** What a JSON value is made of, without the values. A member or item that is seen several times has every type it was seen with. */
export interface Shape {
  /** Sorted; `absent` where some items of a list have a member that others lack. */
  readonly types: readonly string[];
  readonly members: ReadonlyMap<string, Shape>;
  /** Of all items of all lists here together; undefined where they are empty. */
  readonly items: Shape | undefined;
}

/** How a text is written; the first that fits. An error code is upstream's own word and nobody's data, so it is told. */
const forms: readonly (readonly [form: string | ((text: string) => string), pattern: RegExp])[] = [
  ['empty text', /^$/],
  [(code) => `code ${code}`, /^(?:A[CR]-\d{3}|AP\d{3,4})$/],
  ['token', /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/],
  ['UUID', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i],
  ['digits', /^\d+$/],
  ['hex id', /^[\da-f]{32}$/i],
  ['day', /^\d{4}-\d\d-\d\d$/],
  ['time', /^\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)$/],
  ['time without zone', /^\d{4}-\d\d-\d\d[T ][\d:.]+$/],
];

export function shapeOf(value: unknown): Shape {
  return shapeOfAll([value]);
}

function shapeOfAll(values: readonly unknown[]): Shape {
  const objects = values.filter(isObject);
  const names = new Set(objects.flatMap((object) => Object.keys(object)));
  const items = values.filter((value) => Array.isArray(value)).flat();
  return {
    types: [...new Set(values.map(typeOf))].sort(),
    members: new Map([...names].map((name) => [name, shapeOfAll(objects.map((object) => object[name]))])),
    items: items.length === 0 ? undefined : shapeOfAll(items),
  };
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'string') return typeof value;
  const [form] = forms.find(([, pattern]) => pattern.test(value)) ?? ['text'];
  return typeof form === 'string' ? form : form(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
