/** What a title means to `vitest -t`: the title itself, with anything where `it.each` fills a value in. */
export function titlePattern(title: string): string {
  return title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/%[sdifjoO]|\\\$\w+/g, '.*');
}
