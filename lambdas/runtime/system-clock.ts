import { setTimeout } from 'node:timers/promises';
import type { Clock, Sleep } from '../ports.ts';

/** The machine's own time, handed to whatever needs one: only the composition root names it. */
export const systemClock: Clock = { now: () => new Date() };

export const systemSleep: Sleep = (milliseconds) => setTimeout(milliseconds);
