import { readSandbox } from '../../scripts/drift/read-sandbox.ts';

/** Says before the first test why tests are going to be skipped: a green line alone would look like a pass. */
export default function sayWhatIsMissing(): void {
  const sandbox = readSandbox(process.env);
  if ('missing' in sandbox) {
    console.warn(`\nNO CONTRACT IS TESTED: set ${sandbox.missing.join(', ')} to call upstream's sandboxes; every test is skipped.\n`);
  } else if (sandbox.connectionId === undefined) {
    console.warn('\nNO CONTRACT OF BANK DATA IS TESTED: set AEROSYNC_CONNECTION_ID to a bank that was linked in the sandbox; what needs one is skipped.\n');
  }
}
