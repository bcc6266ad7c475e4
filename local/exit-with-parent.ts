import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from './is-alive.ts';

export interface Ancestry {
  /** The parent of this process at the moment. */
  readonly parent: () => number;
  readonly isAlive: (pid: number) => boolean;
  /** The parent and the name of another process. */
  readonly look: (pid: number) => { readonly parent: number; readonly name: string } | undefined;
  /** Whether npm runs this process as a script. */
  readonly underNpm: boolean;
}

/**
 * Calls `onGone` once when whoever started this process is gone, SIGKILL included. npm may put a shell between itself and
 * a script, and that shell outlives npm, so then npm is watched as well.
 * @returns a function that stops the watch
 */
export function exitWithParent(onGone: () => void, intervalMs = 250, ancestry: Ancestry = realAncestry()): () => void {
  const parent = ancestry.parent();
  const watched = [parent];
  if (ancestry.underNpm) {
    const between = ancestry.look(parent);
    if (between !== undefined && /(^|\/)(ba|da|z|k|a)?sh$/.test(between.name)) watched.push(between.parent);
  }
  const timer = setInterval(() => {
    if (ancestry.parent() === parent && watched.every((pid) => ancestry.isAlive(pid))) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

function realAncestry(): Ancestry {
  return {
    parent: () => process.ppid,
    underNpm: process.env['npm_lifecycle_event'] !== undefined,
    isAlive,
    look: (pid) => {
      try {
        if (process.platform !== 'linux') {
          const [, parent, name] = /^\s*(\d+)\s+(\S.*)$/.exec(execFileSync('/bin/ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8', env: {} }).trim()) ?? [];
          return parent === undefined || name === undefined ? undefined : { parent: Number(parent), name };
        }
        // pid (name) state parent …; the name itself may hold anything
        const [, name, parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return parent === undefined || name === undefined ? undefined : { parent: Number(parent), name };
      } catch {
        return undefined;
      }
    },
  };
}
