import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface GuardedChild {
  /** Resolves when the program has ended, for whatever reason, with the end of what it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  /** Kills the program and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * A shell between us and the program. It runs the program in the background and, beside it, a reader of the pipe that
 * only we hold open. When we close the pipe, or die in whatever way (SIGKILL included: the kernel closes it), the reader
 * gets end of file and kills the program. No grace period: the engines keep nothing in memory that a file of theirs
 * should have, and a guard that waits would itself be left behind for a while. When the program ends by itself, the
 * reader is ended and its exit code handed on. Signals of the terminal are for us to act on, hence the trap; files are
 * for this user alone, hence the mask.
 */
const guard = `
umask 077
trap '' INT HUP
exec 3<&0
"$0" "$@" </dev/null 3<&- &
program=$!
( read -r _ <&3; kill -KILL $program ) >/dev/null 2>&1 &
reader=$!
wait $program
code=$?
kill -KILL $reader 2>/dev/null
exit $code
`;

/** Starts a program that cannot outlive this process. It sees no variable of ours but those given. */
export function spawnGuarded(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = '/'): GuardedChild {
  const shell = spawn('/bin/sh', ['-c', guard, program, ...args], { cwd, env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = endOf(shell);
  return {
    ended,
    stop: async () => {
      shell.stdin.destroy();
      await ended;
    },
  };
}

async function endOf(shell: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  shell.stdin?.on('error', () => {}); // the shell went first; `exit` says so
  shell.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  const [code] = await Promise.race([once(shell, 'exit'), once(shell, 'error').then(() => [null])]);
  return { code: typeof code === 'number' ? code : null, stderr };
}
