import { describe, expect, it, onTestFinished } from 'vitest';
import { createFunctionPool } from '../../local/functions/function-pool.ts';
import type { FunctionWorker } from '../../local/functions/function-worker.ts';
import type { Outcome } from '../../local/functions/outcome.ts';

/** A pool whose workers are started, answered and lost by the test. */
function testPool(more: { maxWorkers?: number; idleMs?: number; reservedConcurrency?: number } = {}) {
  const workers: { ready: (failure?: Outcome) => void; answer: (payload: string) => void; lose: () => void; events: string[]; ended: boolean }[] = [];
  const pool = createFunctionPool({
    reservedConcurrency: more.reservedConcurrency,
    maxWorkers: more.maxWorkers ?? 3,
    idleMs: more.idleMs ?? 60_000,
    startWorker: (onEnd): FunctionWorker => {
      const started = Promise.withResolvers<Outcome | undefined>();
      let run = Promise.withResolvers<Outcome>();
      const worker = { events: [] as string[], ended: false, ready: started.resolve, answer: (payload: string) => run.resolve({ ok: true, payload }), lose: onEnd };
      workers.push(worker);
      return {
        started: started.promise,
        run: ({ event }) => {
          worker.events.push(event);
          run = Promise.withResolvers();
          return run.promise;
        },
        end: async () => {
          worker.ended = true;
          onEnd();
        },
        kill: onEnd,
      };
    },
  });
  onTestFinished(() => pool.close());
  return { pool, workers, worker: (index: number) => workers[index] ?? expect.fail(`worker ${index} was not started`) };
}

describe('the threads of a function', () => {
  it('are not started before the first event', () => {
    expect(testPool().workers).toHaveLength(0);
  });

  it('are used again, the one used last first', async () => {
    const { pool, workers, worker } = testPool();
    const first = pool.invoke('1');
    worker(0).ready();
    await expect.poll(() => worker(0).events, { timeout: 10_000 }).toEqual(['1']);
    worker(0).answer('a');
    expect(await first).toEqual({ ok: true, payload: 'a' });
    const second = pool.invoke('2');
    worker(0).answer('b');
    expect(await second).toEqual({ ok: true, payload: 'b' });
    expect(workers).toHaveLength(1);
  });

  it('grow with the queue, up to the limit, and the rest waits its turn', async () => {
    const { pool, workers, worker } = testPool({ maxWorkers: 3 });
    const all = Promise.all(['1', '2', '3', '4', '5'].map((event) => pool.invoke(event)));
    for (const index of [0, 1, 2]) {
      await expect.poll(() => workers.length, { timeout: 10_000 }).toBeGreaterThan(index);
      worker(index).ready();
    }
    await expect.poll(() => workers.flatMap(({ events }) => events).length, { timeout: 10_000 }).toBe(3);
    expect(workers).toHaveLength(3);
    for (const index of [0, 1, 2, 0, 1]) {
      await expect.poll(() => worker(index).events.length, { timeout: 10_000 }).toBeGreaterThan(0);
      worker(index).answer(`by ${index}`);
      await Promise.resolve();
    }
    await expect.poll(() => workers.flatMap(({ events }) => events).length, { timeout: 10_000 }).toBe(5);
    for (const { answer } of workers) answer('rest');
    expect((await all).every(({ ok }) => ok)).toBe(true);
  });

  it('grow to three times the limit while none of them comes to an end: they wait, and the others shall not wait for them', async () => {
    const { pool, workers, worker } = testPool({ maxWorkers: 2 });
    const all = Promise.all(Array.from({ length: 8 }, (_, index) => pool.invoke(String(index))));
    for (let index = 0; index < 6; index++) {
      await expect.poll(() => workers.length, { timeout: 10_000 }).toBeGreaterThan(index);
      worker(index).ready();
    }
    await expect.poll(() => workers.flatMap(({ events }) => events).length, { timeout: 10_000 }).toBe(6);
    expect(workers).toHaveLength(6);
    for (const index of [0, 1]) worker(index).answer('first');
    await expect.poll(() => workers.flatMap(({ events }) => events).length, { timeout: 10_000 }).toBe(8);
    expect(workers).toHaveLength(6);
    for (const { answer } of workers) answer('rest');
    expect((await all).every(({ ok }) => ok)).toBe(true);
  });

  it('tell one caller when loading fails, and try again for the next', async () => {
    const { pool, workers, worker } = testPool();
    const first = pool.invoke('1');
    worker(0).lose();
    worker(0).ready({ ok: false, fault: 'function', errorType: 'SetupError', errorMessage: 'no' });
    expect(await first).toMatchObject({ ok: false, errorType: 'SetupError' });
    const second = pool.invoke('2');
    expect(workers).toHaveLength(2);
    worker(1).ready();
    await expect.poll(() => worker(1).events, { timeout: 10_000 }).toEqual(['2']);
    worker(1).answer('b');
    expect(await second).toMatchObject({ ok: true });
  });

  it('get no further event once they are lost', async () => {
    const { pool, workers, worker } = testPool();
    const first = pool.invoke('1');
    worker(0).ready();
    await expect.poll(() => worker(0).events, { timeout: 10_000 }).toEqual(['1']);
    worker(0).lose();
    worker(0).answer('last');
    await first;
    void pool.invoke('2');
    expect(workers).toHaveLength(2);
  });

  it('are ended when they were idle for long enough', async () => {
    const { pool, worker } = testPool({ idleMs: 5 });
    const first = pool.invoke('1');
    worker(0).ready();
    await expect.poll(() => worker(0).events, { timeout: 10_000 }).toEqual(['1']);
    worker(0).answer('a');
    await first;
    await expect.poll(() => worker(0).ended, { timeout: 10_000 }).toBe(true);
  });

  it('are ended on closing, and who waits is told', async () => {
    const { pool, worker } = testPool({ maxWorkers: 1 });
    const first = pool.invoke('1');
    const second = pool.invoke('2');
    worker(0).ready();
    await expect.poll(() => worker(0).events, { timeout: 10_000 }).toEqual(['1']);
    await pool.close();
    expect(worker(0).ended).toBe(true);
    expect(await second).toMatchObject({ ok: false, errorMessage: 'The local cloud is closing.' });
    worker(0).answer('late');
    await first;
    expect(await pool.invoke('3')).toMatchObject({ ok: false });
  });

  it('refuse what is over the reserved concurrency, waiting events included', async () => {
    const { pool, worker } = testPool({ reservedConcurrency: 2 });
    const all = [pool.invoke('1'), pool.invoke('2')];
    expect(await pool.invoke('3')).toMatchObject({ ok: false, fault: 'throttled' });
    worker(0).ready();
    await expect.poll(() => worker(0).events, { timeout: 10_000 }).toHaveLength(1);
    worker(0).answer('a');
    await all[0];
    const fourth = pool.invoke('4');
    await expect.poll(() => worker(0).events.length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(await Promise.race([fourth, Promise.resolve('taken')])).toBe('taken');
  });
});
