import { createHmac, timingSafeEqual } from 'node:crypto';

const signature = /^sha256=([0-9a-fA-F]{64})$/;

/** Whether a header can be a signature at all: what is none needs no secret to be refused. */
export function isSignature(header: string | undefined): boolean {
  return signature.test(header ?? '');
}

/**
 * Whether `X-Webhook-Signature` is the HMAC-SHA256 of exactly these bytes under one of the secrets (two while one is rotated out), as hex in
 * either case after `sha256=`. Anything odd is unsigned: no header, a repeated one, no secret, an empty secret.
 */
export function isSigned(rawBody: Uint8Array | string, header: string | undefined, secrets: readonly string[]): boolean {
  const hex = signature.exec(header ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  return secrets.filter((secret) => secret !== '').some((secret) => timingSafeEqual(createHmac('sha256', secret).update(rawBody).digest(), given));
}
