import { randomInt } from 'node:crypto';

/**
 * An address of the loopback network, all of which Linux answers: 16 million of them, times the ports. The engines serve whoever reaches
 * them, under any `Host` and with CORS for every origin, so a page in this machine's browser must not be able to find one.
 */
export function unguessableLoopback(): string {
  return ['127', randomInt(1, 255), randomInt(256), randomInt(1, 255)].join('.');
}
