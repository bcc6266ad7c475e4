import type { Json } from './json.ts';

/** How one attempt of a Task ended: by its call's reply, or by the answer to its token. */
export type TaskOutcome =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error?: string | undefined; readonly cause?: string | undefined };
