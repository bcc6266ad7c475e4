import { routes } from '../lambdas/contract/routes.ts';

/** Called by upstream with a signature, and therefore in a stack, with a role and in a folder of its own. */
export const webhookRoutes = routes.filter(({ path }) => path.startsWith('/webhooks/'));

/** Called by merchants with an API key, or open to all. */
export const apiRoutes = routes.filter((route) => !webhookRoutes.includes(route));
