import { getHealthContract } from '../contract/system.ts';
import { openRoute } from '../runtime/http.ts';
import { version } from '../runtime/version.ts';

/** GET /health: says that the deployment answers. */
export const getHealthRoute = openRoute(getHealthContract, async () => ({ status: 200, body: { status: 'ok', version } }));

export const handler = getHealthRoute();
