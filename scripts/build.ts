import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { bundle, type Bundle } from './bundle.ts';
import { findFunctions } from './functions.ts';
import { keepOnly, writeFolder } from './write-folder.ts';

const root = path.join(import.meta.dirname, '..');

/** A cold start reads the whole bundle. */
export const bundleLimitBytes = 450 * 1024;
/** What the function that upstream calls should stay under. */
export const webhookGoalBytes = 60 * 1024;

/**
 * Bundles every function into a folder of its own.
 * @param options.outdir default `dist/functions`; it holds nothing else afterwards
 * @throws Error when a route has no handler, a handler does not compile, or a bundle is too large
 */
export async function buildFunctions({ outdir = path.join(root, 'dist/functions') }: { readonly outdir?: string } = {}): Promise<Bundle[]> {
  const bundles = await bundle(root, findFunctions(root));
  const tooLarge = bundles.filter(({ bytes }) => bytes > bundleLimitBytes);
  if (tooLarge.length > 0) throw new Error(`Over ${kib(bundleLimitBytes)}: ${tooLarge.map(line).join('; ')}. Look for an import that brings a whole library.`);
  await mkdir(outdir, { recursive: true });
  await Promise.all(bundles.map(({ name, files }) => writeFolder(path.join(outdir, name), files)));
  await keepOnly(outdir, new Set(bundles.map(({ name }) => name)));
  return bundles;
}

function line({ name, bytes }: Bundle): string {
  return `${name} ${kib(bytes)}`;
}
function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}

if (import.meta.main) {
  const started = performance.now();
  const bundles = await buildFunctions().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
  for (const one of [...bundles].sort((a, b) => b.bytes - a.bytes)) {
    const note = one.name.startsWith('receive-') && one.bytes > webhookGoalBytes ? `  (goal: ${kib(webhookGoalBytes)})` : '';
    console.log(`${kib(one.bytes).padStart(8)}  ${one.name}${note}`);
  }
  console.log(`${bundles.length} functions in ${((performance.now() - started) / 1000).toFixed(1)} s, limit ${kib(bundleLimitBytes)} each`);
}
