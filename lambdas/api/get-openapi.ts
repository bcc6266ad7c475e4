import { getOpenapiContract } from '../contract/system.ts';
import { openRoute } from '../runtime/http.ts';
import { openapiDocument } from '../runtime/openapi.ts';

/** GET /v1/openapi.json: this API, as its own schemas describe it. */
export const getOpenapiRoute = openRoute(getOpenapiContract, async () => ({ status: 200, body: openapiDocument() }));

export const handler = getOpenapiRoute();
