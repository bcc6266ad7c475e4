import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../local/states/clock.ts';

describe("the machine's own clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fires after the delay, once', () => {
    const fire = vi.fn();
    systemClock.setTimer(1500, fire);

    vi.advanceTimersByTime(1499);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('waits for longer than Node can in one timer', () => {
    const fire = vi.fn();
    const days = 60 * 24 * 3600 * 1000;
    systemClock.setTimer(days, fire);

    vi.advanceTimersByTime(days - 1);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it.each([1000, 60 * 24 * 3600 * 1000])('cancels a timer of %i ms', (ms) => {
    const fire = vi.fn();
    const cancel = systemClock.setTimer(ms, fire);
    vi.advanceTimersByTime(ms - 1);

    cancel();
    vi.advanceTimersByTime(ms);

    expect(fire).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
