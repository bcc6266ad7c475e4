import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { EngineProgram } from './start-engine.ts';
import { unguessableLoopback } from './unguessable-loopback.ts';

/** The dynoxide binary for a platform (`linux-x64`), where npm has installed one. */
export function findDynoxide(platform: string): EngineProgram | undefined {
  try {
    const program = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
    if (!existsSync(program)) return undefined;
    const host = platform.startsWith('linux-') ? unguessableLoopback() : '127.0.0.1';
    return { program, host, args: (port, data) => ['--host', host, '--port', String(port), ...(data === undefined ? [] : ['--db-path', path.join(data, 'dynoxide.db')])] };
  } catch {
    return undefined;
  }
}
