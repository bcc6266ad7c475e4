import * as z from 'zod';
import { eventDependencies } from '../runtime/event-dependencies.ts';
import { createLog } from '../runtime/logger.ts';
import { task } from '../runtime/task.ts';
import { sweep, type Sweep } from '../usecases/sweep.ts';

const log = createLog('sweep');

/** Runs every minute; writes a line about each thing that it healed, and reports how many, by kind. */
export const sweepJobs = task('sweep', z.unknown(), (deps: Sweep) => sweep(deps, (kind, what) => log.warn('healed', { kind, ...what })));

export const handler = sweepJobs(eventDependencies);
