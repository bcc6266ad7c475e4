import type { Mutant } from './mutant.ts';

/**
 * The file's text with the one change made.
 * @throws Error when the text that is to be replaced stands there never, or more than once: then the mutant must follow the code
 */
export function breakText(text: string, { name, file, find, replace }: Mutant): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`the mutant "${name}" fits ${places} places of ${file} instead of one: ${JSON.stringify(find)}`);
  return text.replace(find, () => replace);
}
