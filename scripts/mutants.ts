import path from 'node:path';
import { allMutants } from './mutants/all-mutants.ts';
import { tryMutants } from './mutants/try-mutants.ts';

const root = path.join(import.meta.dirname, '..');
/** Further ones would only wait for a processor. */
const lanes = 2;

/**
 * `npm run mutants [-- words]`: breaks the logic that matters, one small change at a time, and demands that the named test notices.
 * With words, only mutants whose name or file contains one of them. Ends with 1 when one is not caught.
 */
async function main(words: readonly string[]): Promise<void> {
  const chosen = allMutants.filter(({ name, file }) => words.length === 0 || words.some((word) => name.includes(word) || file.includes(word)));
  if (chosen.length === 0) throw new Error('no mutant has one of these words in its name or file');
  console.log(`${chosen.length} mutants, ${lanes} at a time\n\n| verdict | mutant | file | test |\n|---|---|---|---|`);
  const trials = await tryMutants(root, chosen, lanes, ({ mutant: { name, file, caughtBy }, verdict }) =>
    console.log(`| ${verdict === 'caught' ? verdict : verdict.toUpperCase()} | ${name} | ${file} | ${path.basename(caughtBy.file, '.test.ts')} › ${caughtBy.title} |`),
  );
  const caught = trials.filter(({ verdict }) => verdict === 'caught').length;
  console.log(`\n${caught} caught, ${trials.length - caught} survived, did not fit, or have no test that shows it\n${caught} passed, ${trials.length - caught} failed`);
  process.exitCode = caught === trials.length ? 0 : 1;
}

await main(process.argv.slice(2));
