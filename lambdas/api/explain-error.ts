import { explainErrorContract } from '../contract/errors.ts';
import type { ExplainError } from '../ports.ts';
import { explainErrorDependencies } from '../runtime/api-errors.ts';
import { route } from '../runtime/http.ts';

/** POST /v1/errors/explain: nothing of the widget's own text is repeated, save a code. */
export const explainErrorRoute = route(explainErrorContract, async (deps: { readonly explain: ExplainError }, { body }) => ({ status: 200, body: deps.explain(body.error) }));

export const handler = explainErrorRoute(explainErrorDependencies);
