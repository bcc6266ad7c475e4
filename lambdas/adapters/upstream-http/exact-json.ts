/** A number of a JSON text as it was written there, so that no digit of an amount passes through a float. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * `JSON.parse`, but every number becomes a {@link JsonNumber}.
 * @throws SyntaxError or RangeError; neither may be logged, since the message quotes the text
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value;
    if (context?.source === undefined) throw new RangeError('this runtime does not give the source text of JSON numbers');
    return new JsonNumber(context.source);
  });
}
