import { edgeMutants } from './edge-mutants.ts';
import { flowMutants } from './flow-mutants.ts';
import type { Mutant } from './mutant.ts';
import { rowMutants } from './row-mutants.ts';

/** Every breakage that `npm run mutants` tries. */
export const allMutants: readonly Mutant[] = [...rowMutants, ...flowMutants, ...edgeMutants];
