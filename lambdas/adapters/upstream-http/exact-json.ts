/** A number of a JSON text as it was written there, so that no digit of an amount passes through a float. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** More than any reply of upstream's, and less than what exhausts a function: a value takes far more memory than its text. */
const mostValues = 1_000_000;
const deepest = 100;

/**
 * `JSON.parse`, but every number becomes a {@link JsonNumber}, and half a surrogate pair, which no table holds, becomes U+FFFD.
 * @throws SyntaxError or RangeError; neither may be logged, since the message quotes the text
 */
export function parseExactJson(text: string): unknown {
  refuseExcess(text);
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value === 'string') return value.toWellFormed();
    if (typeof value !== 'number') return value;
    if (context?.source === undefined) throw new RangeError('this runtime does not give the source text of JSON numbers');
    return new JsonNumber(context.source);
  });
}

/** Looks at the text before it is parsed: brackets and commas outside of strings are all it takes. */
function refuseExcess(text: string): void {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfString(text, at);
    else if (letter === '[' || letter === '{') [values, depth] = [values + 1, depth + 1];
    else if (letter === ']' || letter === '}') depth--;
    else if (letter === ',') values++;
    if (depth > deepest || values > mostValues) throw new RangeError('the JSON has too many values or is nested too deeply');
  }
}

/** Where the string that starts at `start` ends: at a quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text[before] === '\\') before--;
    if ((quote - before) % 2 === 1) return quote;
  }
  return text.length;
}
