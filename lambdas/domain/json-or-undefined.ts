/** Undefined for what is no JSON, which no schema of ours accepts. The parser's own error is dropped, since it quotes the text. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
