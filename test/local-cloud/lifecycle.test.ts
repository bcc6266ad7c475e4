import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnGuarded } from '../../local/dynamodb/spawn-guarded.ts';
import { closeOnSignal } from '../../local/close-on-signal.ts';
import { exitWithParent } from '../../local/exit-with-parent.ts';
import { writeEndpoints } from '../../local/write-endpoints.ts';
import { descendantsOf, isAlive } from './fixture/descendants.ts';
import { firstLine } from './fixture/first-line.ts';
import { shop } from './fixture/shop.ts';
import { assemblyForTest } from './fixture/write-assembly.ts';

/** Starts a program of the fixture; it is gone when the test is over. */
function start(program: string, args: readonly string[], options: { env?: Record<string, string> } = {}): ChildProcess & { pid: number } {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...options.env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.pid === undefined) throw new Error(`${program} did not start`);
  return Object.assign(child, { pid: child.pid });
}

const fixture = (name: string) => path.join(import.meta.dirname, 'fixture', name);

describe('a process that booted the local cloud', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('leaves no process behind when it gets %s', async (signal) => {
    const parent = start(process.execPath, [fixture('boot-and-wait.ts'), assemblyForTest(shop)]);
    const apiUrl = await firstLine(parent);
    expect((await fetch(`${apiUrl}/pets/dog`)).status).toBe(200);
    const children = descendantsOf(parent.pid);
    expect(children.length).toBeGreaterThan(0);
    parent.kill(signal);
    const [code] = (await once(parent, 'exit')) as [number | null];
    expect(code).toBe(signal === 'SIGKILL' ? null : 0);
    await expect.poll(() => children.filter(isAlive), { timeout: 5_000 }).toEqual([]);
  });
});

describe('a signal', () => {
  /** Installs the handlers for one test; signals are given by hand. */
  function installed(close: () => Promise<void>) {
    const exits: number[] = [];
    const time = { now: 0 };
    const emit = process.listeners('SIGTERM').length;
    onTestFinished(closeOnSignal(close, (code) => exits.push(code), () => time.now));
    const [handler] = process.listeners('SIGTERM').slice(emit);
    return { exits, time, give: () => handler?.('SIGTERM') };
  }

  it('that comes twice at once, as npm hands it on, closes once and exits with 0', async () => {
    let closings = 0;
    const { exits, give } = installed(async () => void (closings += 1));
    give();
    give();
    await expect.poll(() => exits, { timeout: 10_000 }).toEqual([0]);
    expect(closings).toBe(1);
  });

  it('that comes again later does not wait for the closing', () => {
    const { exits, give, time } = installed(() => new Promise(() => {}));
    give();
    time.now = 999;
    give();
    expect(exits).toEqual([]);
    time.now = 1_000;
    give();
    expect(exits).toEqual([130]);
  });

  it('exits with 1 when closing fails', async () => {
    const { exits, give } = installed(() => Promise.reject(new Error('stuck')));
    give();
    await expect.poll(() => exits, { timeout: 10_000 }).toEqual([1]);
  });
});

describe('a guarded program', () => {
  it('is gone when it is stopped, even if it does not care for signals', async () => {
    const child = spawnGuarded('/bin/sh', ['-c', "trap '' TERM INT HUP; while :; do sleep 0.05; done"]);
    await expect.poll(() => descendantsOf(process.pid).length, { timeout: 10_000 }).toBeGreaterThan(1);
    await child.stop();
    expect((await child.ended).code).toBe(137);
  });

  it('tells how it ended by itself', async () => {
    const child = spawnGuarded('/bin/sh', ['-c', 'echo no such luck >&2; exit 3']);
    expect(await child.ended).toMatchObject({ code: 3, stderr: 'no such luck\n' });
  });

  it('sees no variable of this process', async () => {
    process.env['LEAKED'] = 'yes';
    const child = spawnGuarded('/bin/sh', ['-c', 'echo "$LEAKED$HOME$GIVEN" >&2'], { GIVEN: 'given' });
    delete process.env['LEAKED'];
    expect((await child.ended).stderr).toBe('given\n');
  });
});

describe('a program that watches its parent', () => {
  it('ends when its parent is killed', async () => {
    const parent = start('/bin/sh', ['-c', `"${process.execPath}" "${fixture('watch-parent.ts')}" & wait`]);
    const pid = Number(await firstLine(parent));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it('ends when npm is killed, though the shell between them lives on', async () => {
    const npm = `require('node:child_process').spawn('/bin/sh', ['-c', '"$0" "$1"; true', process.execPath, process.argv[1]], { stdio: 'inherit' })`;
    const parent = start(process.execPath, ['-e', npm, fixture('watch-parent.ts')], { env: { npm_lifecycle_event: 'start' } });
    const pid = Number(await firstLine(parent));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it.each([
    ['lives on while its parent does', true, [], 0],
    ['ends when it has another parent', true, [10], 1],
    ['ends when npm behind the shell is gone', true, [20], 1],
    ['does not mind the end of an interactive shell’s parent', false, [20], 0],
  ])('%s', async (_what, underNpm, gone, calls) => {
    let count = 0;
    let looks = 0;
    const dead: readonly number[] = gone;
    const stop = exitWithParent(() => (count += 1), 1, { parent: () => (looks++, 10), isAlive: (pid) => !dead.includes(pid), look: () => ({ parent: 20, name: '/bin/dash' }), underNpm });
    onTestFinished(stop);
    await expect.poll(() => looks + 10 * count, { timeout: 10_000 }).toBeGreaterThan(5);
    expect(count).toBe(calls);
  });
});

describe('endpoints.json', () => {
  const folder = () => {
    const made = mkdtempSync(path.join(tmpdir(), 'local-cloud-'));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return path.join(made, '.local');
  };
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it('is for this user alone, in a folder for this user alone', () => {
    const file = writeEndpoints(folder(), { apiUrl: 'http://127.0.0.1:1' });
    expect(path.basename(file)).toBe('endpoints.json');
    expect([mode(file), mode(path.dirname(file))]).toEqual(['600', '700']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ apiUrl: 'http://127.0.0.1:1' });
  });

  it('takes the place of an older and more open one, and leaves no draft', () => {
    const where = folder();
    const old = writeEndpoints(where, { apiUrl: 'old' });
    chmodSync(old, 0o666);
    chmodSync(where, 0o755);
    writeFileSync(old, 'half of some');
    const file = writeEndpoints(where, { apiUrl: 'new' });
    expect([mode(file), mode(where)]).toEqual(['600', '700']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ apiUrl: 'new' });
    expect(readdirSync(where)).toEqual(['endpoints.json']);
  });
});
