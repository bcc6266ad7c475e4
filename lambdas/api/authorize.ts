import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { authorizerDependencies } from '../runtime/authorizer-dependencies.ts';
import { createLog, describeError, type Log } from '../runtime/logger.ts';
import { authenticate, type Authenticate } from '../usecases/authenticate.ts';

/** The gateway's simple response format. `context` reaches each route as text. */
export interface AuthorizerAnswer {
  readonly isAuthorized: boolean;
  readonly context: Readonly<Record<string, string>>;
}

type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'headers'>;

/** The API-key authorizer. It only says whose key it is: the gateway caches its answer across routes, so each route checks its own scope. */
export const authorizeRoute =
  (load: () => Authenticate, log: Log = createLog('authorize')) =>
  async (event: AuthorizerEvent): Promise<AuthorizerAnswer> => {
    try {
      const caller = await authenticate(load(), event.headers?.['authorization']);
      if (caller === undefined) return { isAuthorized: false, context: {} };
      return { isAuthorized: true, context: { merchantId: caller.merchantId, keyId: caller.keyId, scopes: caller.scopes.join(' ') } };
    } catch (error) {
      log.error('failed', describeError(error));
      // Without its cause, which the gateway would log.
      throw new Error('the API key could not be looked up');
    }
  };

export const handler = authorizeRoute(authorizerDependencies);
