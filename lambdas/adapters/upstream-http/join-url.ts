/** Puts a path behind a base URL that may have a path of its own: `https://example.com/pay` and `v2/token` are `https://example.com/pay/v2/token`. */
export function joinUrl(base: URL, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${base.pathname.replace(/\/+$/, '')}/${path}`, base);
  url.search = new URLSearchParams(query).toString();
  return url;
}
