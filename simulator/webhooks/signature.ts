import { createHmac } from 'node:crypto';

/** The value of X-Webhook-Signature: HMAC-SHA256 over the exact raw body, as lower-case hex. */
export function signatureOf(body: string, secretKey: string): string {
  return `sha256=${createHmac('sha256', secretKey).update(body).digest('hex')}`;
}
