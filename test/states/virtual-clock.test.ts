import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../local/states/virtual-clock.ts';

describe('the virtual clock', () => {
  it('fires what falls due, the earliest first, each at its own time', () => {
    const clock = new VirtualClock(1000);
    const fired: [string, number][] = [];
    for (const [name, ms] of [['c', 30], ['a', 10], ['b', 20], ['late', 31]] as const) clock.setTimer(ms, () => fired.push([name, clock.now()]));

    clock.advance(30);

    expect(fired).toEqual([['a', 1010], ['b', 1020], ['c', 1030]]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });

  it('fires timers of the same moment in the order in which they were set', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    for (const name of ['first', 'second']) clock.setTimer(5, () => fired.push(name));

    clock.advance(5);

    expect(fired).toEqual(['first', 'second']);
  });

  it('fires a timer that another one sets, if it falls due too', () => {
    const clock = new VirtualClock(0);
    let at = 0;
    clock.setTimer(10, () => clock.setTimer(10, () => (at = clock.now())));

    clock.advance(25);

    expect(at).toBe(20);
  });

  it('jumps to the next timer, and says when there is none', () => {
    const clock = new VirtualClock(0);
    clock.setTimer(40, () => undefined);

    expect(clock.advanceToNext()).toBe(true);
    expect(clock.now()).toBe(40);
    expect(clock.advanceToNext()).toBe(false);
    expect(clock.now()).toBe(40);
  });

  it('forgets a cancelled timer', () => {
    const clock = new VirtualClock();
    const cancel = clock.setTimer(10, () => expect.unreachable());
    cancel();

    clock.advance(20);

    expect(clock.pending).toBe(0);
  });
});
