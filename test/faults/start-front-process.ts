import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FrontOptions } from '../../local/start-front.ts';

/** Starts another front of a local cloud in a process of its own, and resolves with its URL once it answers. */
export async function startFrontProcess(options: FrontOptions): Promise<{ readonly apiUrl: string; readonly close: () => Promise<void> }> {
  const child = fork(path.join(import.meta.dirname, 'front-process.ts'), [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [apiUrl] = (await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the second front ended at its start')))])) as [string];
  return {
    apiUrl,
    close: async () => {
      child.disconnect();
      await ended;
    },
  };
}
