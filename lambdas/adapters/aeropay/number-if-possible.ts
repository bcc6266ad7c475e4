/** A merchant's id as a number; one with letters, or too long to be exact, stays text. */
export function numberIfPossible(merchantId: string): number | string {
  return /^(0|[1-9]\d{0,14})$/.test(merchantId) ? Number(merchantId) : merchantId;
}
