import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions, bundleLimitBytes } from '../../scripts/build.ts';
import { deployedFunctions } from './stub-bundles.ts';
import { temporaryFolder } from './temporary-folder.ts';

const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m(js|ap)$/.test(file)).sort();

describe('the build', () => {
  let outdir: string;
  beforeAll(async () => {
    outdir = temporaryFolder();
    await buildFunctions({ outdir });
  });
  const modulesOf = (name: string) => readdirSync(path.join(outdir, name)).filter((file) => file.endsWith('.mjs'));
  const importsOf = (name: string, file: string) => [...readFileSync(path.join(outdir, name, file), 'utf8').matchAll(/(?:from|import)\s*\(?"\.\/([\w-]+\.mjs)"/g)].map(([, imported = '']) => imported);

  it('makes a folder for every function that is deployed, and no other', () => {
    expect(readdirSync(outdir).sort()).toEqual([...deployedFunctions].sort());
  });

  it.each(deployedFunctions)('gives %s every chunk that it reaches, and no other', (name) => {
    const modules = modulesOf(name);
    const imported = modules.flatMap((file) => importsOf(name, file));
    expect([...new Set(imported)].sort()).toEqual(modules.filter((file) => file !== 'index.mjs').sort());
  });

  it.each(deployedFunctions)('keeps %s small enough for a quick start', (name) => {
    const bytes = modulesOf(name).reduce((sum, file) => sum + readFileSync(path.join(outdir, name, file)).byteLength, 0);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThanOrEqual(bundleLimitBytes);
  });

  it('makes modules that load in plain Node, without an environment, and export their handler', () => {
    const load = `for (const name of ${JSON.stringify(deployedFunctions)}) { const { handler } = await import('${outdir}/' + name + '/index.mjs'); console.log(name, typeof handler); }`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', load], { encoding: 'utf8', env: {} });
    expect(said.trim().split('\n')).toEqual(deployedFunctions.map((name) => `${name} function`));
  });

  it('makes the same bytes again', async () => {
    const again = temporaryFolder();
    await buildFunctions({ outdir: again });
    expect(filesOf(again)).toEqual(filesOf(outdir));
    expect(filesOf(again).filter((file) => !readFileSync(path.join(again, file)).equals(readFileSync(path.join(outdir, file))))).toEqual([]);
  });

  it('leaves nothing behind of a function that is gone', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'former-function'));
    await buildFunctions({ outdir: folder });
    expect(readdirSync(folder)).not.toContain('former-function');
  });
});
