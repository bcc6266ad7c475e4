import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildFunctions } from '../../scripts/build.ts';
import { synthesise } from '../../scripts/synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the synthesised dev stage. */
    assembly: string;
  }
}

/** Builds and synthesises the dev stage once for all end-to-end suites. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-test-'));
  const bundles = path.join(folder, 'functions');
  const assembly = path.join(folder, 'cdk.out');
  await buildFunctions({ outdir: bundles });
  await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
  project.provide('assembly', assembly);
  return () => rm(folder, { recursive: true, force: true });
}
