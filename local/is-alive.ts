import { readFileSync } from 'node:fs';

/** Whether a process runs. One that was killed and that nobody has waited for can still be signalled, but runs no more. */
export function isAlive(pid: number): boolean {
  try {
    if (process.platform === 'linux' && /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // alive, and another user's
  }
}
