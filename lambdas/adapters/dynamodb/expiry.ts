/** The value of the attribute `ttl`: epoch seconds, never before the moment itself. DynamoDB deletes days later, so every read checks expiry by itself. */
export function ttlOf(expiresAt: Date): number {
  return Math.ceil(expiresAt.getTime() / 1000);
}
