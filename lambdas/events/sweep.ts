import * as z from 'zod';
import { eventDependencies } from '../runtime/event-dependencies.ts';
import { createLog } from '../runtime/logger.ts';
import { task } from '../runtime/task.ts';
import { sweep, type Sweep } from '../usecases/sweep.ts';

const log = createLog('sweep');

/** Runs every minute; reports what it healed, by kind. */
export const sweepJobs = task('sweep', z.unknown(), async (deps: Sweep) => {
  const healed = await sweep(deps);
  if (Object.keys(healed).length > 0) log.warn('healed', healed);
  return healed;
});

export const handler = sweepJobs(eventDependencies);
