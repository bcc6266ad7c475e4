import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineProgram } from './start-engine.ts';

/** The dynoxide binary for a platform (`linux-x64`), where npm has installed one. */
export function findDynoxide(platform: string): EngineProgram | undefined {
  try {
    const program = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
    return existsSync(program) ? { program, args: (port) => ['--host', '127.0.0.1', '--port', String(port)] } : undefined;
  } catch {
    return undefined;
  }
}
