/**
 * The path as an HTTP API hands it on. Seen on live gateways (see README.md): it is decoded twice, `%2F` becomes a
 * separator, a `?` that the first decoding yields cuts the rest off, and a stray `%` is refused. Undefined: refused.
 */
export function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(decodeURIComponent(path).split('?', 1)[0] ?? '');
  } catch {
    return undefined;
  }
}
