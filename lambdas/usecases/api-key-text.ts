import { createHash } from 'node:crypto';

/** `ab_<stage>_<random>`: the stage keeps a key of one deployment from being tried at another, and lets secret scanners find it. */
export function apiKeyText(stage: string, secret: string): string {
  return `ab_${stage}_${secret}`;
}

/** Whether a text can be a key of this stage at all. */
export function isApiKeyText(stage: string, text: string): boolean {
  const prefix = apiKeyText(stage, '');
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43,128}$/.test(text.slice(prefix.length));
}

/** All that is stored of a key. 256 random bits need no slow hash. */
export function apiKeyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
