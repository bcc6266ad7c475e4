import { systemSleep } from '../lambdas/runtime/system-clock.ts';
import { differenceTable } from './drift/difference-table.ts';
import { findDrift } from './drift/find-drift.ts';
import { readSandbox, requiredVariables } from './drift/read-sandbox.ts';

/** Upstream asks to look at a job every two to three seconds. */
const lookEveryMs = 2_500;

/** Ends with 1 when the simulator and the sandbox differ, or when the settings cannot be read; else with 0. */
async function main(): Promise<void> {
  const sandbox = readSandbox(process.env);
  if ('missing' in sandbox) {
    console.log(`Nothing was compared: set ${sandbox.missing.join(', ')} to compare the simulator with the live sandbox.`);
    return;
  }
  if (sandbox.connectionId === undefined) console.log('Accounts, jobs and their data are left out: set AEROSYNC_CONNECTION_ID to a bank that was linked in the sandbox.');
  const { calls, differences } = await findDrift(sandbox, { sleep: systemSleep, lookEveryMs });
  if (differences.length === 0) {
    console.log(`The simulator and the sandbox agree in the shape of ${calls} calls.`);
    return;
  }
  console.log(`${differenceTable(differences)}\n\n${differences.length} differences in ${calls} calls. Paths and types only; no value was kept.`);
  process.exitCode = 1;
}

await main().catch((error: unknown) => {
  const known = error instanceof Error ? error.message : 'an unknown error';
  console.error(`The comparison could not be made: ${known}. The variables it reads are ${requiredVariables.join(', ')}.`);
  process.exitCode = 1;
});
