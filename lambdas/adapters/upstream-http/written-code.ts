const written = /\b(?:(A[CR])[-_ ]?(\d{3})|AP[-_ ]?(\d{3,4}))\b/i;

/** The first code of upstream's three families in a text, in the spelling of the glossaries: `AC-104`, `AR-100`, `AP300`. Undefined when there is none. */
export function writtenCode(text: string): string | undefined {
  const [, family, number, payNumber] = written.exec(text) ?? [];
  if (payNumber !== undefined) return `AP${payNumber}`;
  return family === undefined || number === undefined ? undefined : `${family.toUpperCase()}-${number}`;
}
