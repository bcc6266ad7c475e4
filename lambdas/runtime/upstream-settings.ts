import type { UpstreamSettings } from '../adapters/upstream-http/upstream-client.ts';
import type { Secrets } from '../ports.ts';
import { systemClock, systemSleep } from './system-clock.ts';

/** What the client of an upstream product works with in every function. */
export function upstreamSettings(baseUrl: string, secrets: Pick<Secrets, 'upstreamCredentials'>): UpstreamSettings {
  return {
    baseUrl: new URL(baseUrl),
    credentials: (merchantId, refused) => secrets.upstreamCredentials(merchantId, refused),
    clock: systemClock,
    sleep: systemSleep,
    random: Math.random,
  };
}
