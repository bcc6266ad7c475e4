import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineProgram } from './start-engine.ts';

/** The dynoxide binary for this platform, where npm has installed one. */
export function findDynoxide(): EngineProgram | undefined {
  try {
    const program = createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
    return existsSync(program) ? { program, args: (port) => ['--host', '127.0.0.1', '--port', String(port)] } : undefined;
  } catch {
    return undefined;
  }
}
