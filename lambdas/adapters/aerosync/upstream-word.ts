/** One spelling for words that upstream writes in several: `Pending MFA`, `pending_mfa` and `PENDING-MFA` are one. */
export function upstreamWord(text: string): string {
  return text.trim().toLowerCase().replaceAll(/[\s-]+/g, '_');
}
