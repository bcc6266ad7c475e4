import * as z from 'zod';
import { checkExpiringDependencies } from '../runtime/check-expiring-dependencies.ts';
import { task } from '../runtime/task.ts';
import { checkExpiringConnections, type CheckExpiringConnections } from '../usecases/check-expiring-connections.ts';

/** A call upstream takes no longer than this with its repeats. */
const reserveMs = 30_000;

/** Runs every hour. */
export const checkExpiring = task('check-expiring-connections', z.unknown(), (deps: CheckExpiringConnections, _event, context) =>
  checkExpiringConnections(deps, () => context.getRemainingTimeInMillis() > reserveMs),
);

export const handler = checkExpiring(checkExpiringDependencies);
