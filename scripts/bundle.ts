import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { FunctionEntry } from './functions.ts';

/** One function, ready to be written: file name -> content. */
export interface Bundle {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  /** Of what Lambda loads: source maps are left out. */
  readonly bytes: number;
}

/**
 * One run of esbuild over all functions, so that what they share is compiled once; then each gets its entry and exactly
 * the chunks that it reaches, lazily loaded ones included.
 * @param root the repository
 */
export async function bundle(root: string, functions: readonly FunctionEntry[]): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: functions.map(({ name, file }) => ({ in: file, out: name })),
    outdir: 'dist',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './scripts/substitutes/environment-credentials.ts',
      '@aws-sdk/endpoint-cache': './scripts/substitutes/endpoint-cache.ts',
      '@smithy/core/event-streams': './scripts/substitutes/left-out.ts',
      bowser: './scripts/substitutes/left-out.ts',
    },
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const texts = new Map(outputFiles.map((file) => [path.basename(file.path), file.text]));
  return functions.map(({ name, file }) => {
    const entry = `${name}.mjs`;
    if (metafile.outputs[`dist/${entry}`]?.exports.includes('handler') !== true) throw new Error(`${file} must "export const handler": every file of its folder is a function.`);
    const modules = [...reachable(metafile, entry)];
    const files = new Map(modules.flatMap((module) => [module, `${module}.map`]).map((part) => [renamed(part, name), renamedWithin(textOf(texts, part), name)]));
    return { name, files, bytes: modules.reduce((sum, module) => sum + Buffer.byteLength(textOf(texts, module)), 0) };
  });
}

function reachable(metafile: Metafile, entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const { path: imported, external = false } of metafile.outputs[`dist/${entry}`]?.imports ?? []) {
    if (!external) reachable(metafile, path.basename(imported), found);
  }
  return found;
}

/** Lambda is told `index.handler` for every function. */
function renamed(file: string, name: string): string {
  return file.startsWith(`${name}.mjs`) ? file.replace(name, 'index') : file;
}
function renamedWithin(text: string, name: string): string {
  return text.replace(`//# sourceMappingURL=${name}.mjs.map`, '//# sourceMappingURL=index.mjs.map');
}

function textOf(texts: ReadonlyMap<string, string>, file: string): string {
  const text = texts.get(file);
  if (text === undefined) throw new Error(`esbuild names ${file} and did not write it`);
  return text;
}
