import type { Storage } from './access/grant-access.ts';
import type { Stage } from './config/stages.ts';

/** What every stack with functions builds on. */
export interface Platform extends Storage {
  readonly stage: Stage;
  /** Folder of the built functions, one folder each. */
  readonly bundles: string;
}
