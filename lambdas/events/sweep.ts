import * as z from 'zod';
import { eventDependencies } from '../runtime/event-dependencies.ts';
import { task } from '../runtime/task.ts';
import { sweep, type Sweep } from '../usecases/sweep.ts';

/** Runs every minute; answers what it healed, by kind. */
export const sweepJobs = task('sweep', z.unknown(), (deps: Sweep) => sweep(deps));

export const handler = sweepJobs(eventDependencies);
