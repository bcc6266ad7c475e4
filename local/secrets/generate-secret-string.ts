import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { flag, integer } from '../assembly/read-resources.ts';

export const generateSecretStringSchema = z.strictObject({
  PasswordLength: integer.default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag.default(false),
  ExcludeUppercase: flag.default(false),
  ExcludeNumbers: flag.default(false),
  ExcludePunctuation: flag.default(false),
  IncludeSpace: flag.default(false),
  RequireEachIncludedType: flag.default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

const alphabets = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  space: ' ',
};

/** The value that `GenerateSecretString` stands for: a password, alone or as one key of a JSON template. */
export function generateSecretString(wanted: z.output<typeof generateSecretStringSchema>): string {
  const kinds = [
    wanted.ExcludeLowercase ? '' : alphabets.lower,
    wanted.ExcludeUppercase ? '' : alphabets.upper,
    wanted.ExcludeNumbers ? '' : alphabets.digits,
    wanted.ExcludePunctuation ? '' : alphabets.punctuation,
    wanted.IncludeSpace ? alphabets.space : '',
  ]
    .map((alphabet) => Array.from(alphabet).filter((character) => !wanted.ExcludeCharacters.includes(character)))
    .filter((alphabet) => alphabet.length > 0);
  const password = passwordOf(kinds, wanted.PasswordLength, wanted.RequireEachIncludedType);
  if (wanted.SecretStringTemplate === undefined || wanted.GenerateStringKey === undefined) return password;
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(wanted.SecretStringTemplate));
  return JSON.stringify({ ...template, [wanted.GenerateStringKey]: password });
}

function passwordOf(kinds: readonly (readonly string[])[], length: number, oneOfEach: boolean): string {
  const all = kinds.flat();
  const required = oneOfEach ? kinds.slice(0, length) : [];
  const characters = [...required, ...Array.from({ length: Math.max(0, length - required.length) }, () => all)].map(pick);
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] ?? '', characters[index] ?? ''];
  }
  return characters.join('');
}

function pick(alphabet: readonly string[]): string {
  return alphabet[randomInt(alphabet.length)] ?? '';
}
