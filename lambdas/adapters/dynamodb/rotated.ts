/** The shards of an index with another one first each turn, so that none falls behind where a run ends before it has seen all. */
export function rotated(keys: readonly string[], turn: number): string[] {
  const first = turn % keys.length;
  return [...keys.slice(first), ...keys.slice(0, first)];
}
