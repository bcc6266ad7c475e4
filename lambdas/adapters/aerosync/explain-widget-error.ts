import { errorCatalogue } from '../../domain/error-catalogue.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { ExplainError } from '../../ports.ts';
import type { UpstreamCode } from '../upstream-http/upstream-code.ts';
import { aerosyncCodesByName } from './aerosync-codes.ts';
import { upstreamWord } from './upstream-word.ts';

/** What of an error is looked at: an error is a line, and whatever is larger is not read to its end. */
const longestText = 2_000;
const mostTexts = 50;
const deepest = 4;

/** A word that the widget writes before the code, for an error without one (aerosync-api.md §5.1). */
const typeWords: ReadonlyMap<string, ErrorCode> = new Map([
  ['incorrect_credentials', 'InvalidRequest'],
  ['polling_timeout', 'MfaExpired'],
  ['server_error', 'UpstreamUnavailable'],
]);

/** After the word "code" anything that resembles one; elsewhere only how codes are really written, since a message may hold an address. */
const namedCode = /code["']?\s*[:=|]?\s*["']?(A[CRP])[-_ ]?(\d{3,4})\b/i;
const plainCode = /(?:^|[^\w-])(?:(A[CR])[-_](\d{3})|(AP)(\d{3,4}))(?![\w-])/i;

/**
 * Explains what the widget gave to `onError`: `TYPE | Code: CODE | Message: MESSAGE`, any part of it, or an object that holds such texts
 * (aerosync-api.md §5.1). A code that no table knows, or none, is a refusal that only support can explain. Nothing of the error is repeated but a
 * code of one of upstream's three families: its message may name the person.
 * @param others codes of another product that may turn up in the same place
 */
export function widgetErrorExplainer(others: ReadonlyMap<string, UpstreamCode>): ExplainError {
  return (error) => {
    const texts = textsOf(error);
    const upstreamCode = codeIn(texts);
    const known = upstreamCode === null ? undefined : (aerosyncCodesByName.get(upstreamCode) ?? others.get(upstreamCode));
    const code = known?.code ?? (upstreamCode === null ? codeOfType(texts) : undefined) ?? 'UpstreamRejected';
    const { userMessage, nextAction } = errorCatalogue[code];
    return { code, userMessage: known?.userMessage ?? userMessage, nextAction: known?.nextAction ?? nextAction, upstreamCode };
  };
}

function codeIn(texts: readonly string[]): string | null {
  for (const pattern of [namedCode, plainCode]) {
    for (const text of texts) {
      const [family, number] = (pattern.exec(text) ?? []).slice(1).filter(Boolean);
      if (family !== undefined && number !== undefined) return family.toUpperCase() === 'AP' ? `AP${number}` : `${family.toUpperCase()}-${number}`;
    }
  }
  return null;
}

function codeOfType(texts: readonly string[]): ErrorCode | undefined {
  return texts.flatMap((text) => text.split('|')).map((part) => typeWords.get(upstreamWord(part))).find((code) => code !== undefined);
}

/** Every text in an error, each with its key before it, since `{"code":"AC-104"}` says the same as `Code: AC-104`. */
function textsOf(error: unknown): string[] {
  const texts: string[] = [];
  const collect = (value: unknown, key: string, depth: number): void => {
    if (texts.length >= mostTexts || depth > deepest) return;
    if (typeof value === 'string') {
      const inner = jsonIn(value);
      if (inner === undefined) texts.push(...(key === '' ? [value] : [`${key}: ${value}`, value]).map((text) => text.slice(0, longestText)));
      else collect(inner, key, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) collect(member, Array.isArray(value) ? key : name, depth + 1);
    }
  };
  collect(error, '', 0);
  return texts;
}

/** An object that some bridge between widget and app has written as text. */
function jsonIn(text: string): object | undefined {
  if (!/^\s*[{["]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
