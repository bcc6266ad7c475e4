/** Makes a value at the first call and keeps it: what a function builds stays for the life of its process. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
