import { optionalScalar } from '../upstream-http/fields.ts';

/** Aeropay writes out what it has not: its own examples have the texts "undefined" and "None" (aerosync-api.md §3.4). */
export const said = optionalScalar.transform((value) => (value === null || /^(undefined|none|null)$/i.test(value.trim()) ? null : value.trim()));
