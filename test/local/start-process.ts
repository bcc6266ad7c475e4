import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endpoints, type Endpoints } from '../../scripts/local-environment.ts';
import { ApiClient } from '../support/api-client.ts';
import { SimulatorControl } from './simulator-control.ts';

export interface StartedProcess {
  readonly endpoints: Endpoints;
  readonly api: ApiClient;
  readonly simulator: SimulatorControl;
  /** SIGKILL for the whole process group, from npm down to the database engine. Resolves when it is gone. */
  kill(): Promise<void>;
}

const root = path.join(import.meta.dirname, '..', '..');
const startLimitMs = 90_000;

/** Runs `npm start` in a process group of its own, on free ports, and resolves once it has written its endpoints. */
export async function startProcess(folder: string, args: readonly string[]): Promise<StartedProcess> {
  const file = path.join(folder, 'endpoints.json');
  rmSync(file, { force: true });
  const child = spawn('npm', ['start', '--silent', '--', ...args], { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PORT: '0', SIMULATOR_PORT: '0', LOCAL_FOLDER: folder } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const gone = once(child, 'exit');
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await gone;
  };
  const ended = gone.then(() => 'ended' as const);
  for (const giveUpAt = Date.now() + startLimitMs; !existsSync(file); ) {
    if ((await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))])) === 'ended') throw new Error(`npm start ended: ${said}`);
    if (Date.now() > giveUpAt) {
      await kill();
      throw new Error(`npm start wrote no endpoints: ${said}`);
    }
  }
  const written = endpoints.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { endpoints: written, api: new ApiClient({ apiUrl: written.apiUrl, apiKey: written.apiKey }), simulator: new SimulatorControl(written.simulatorUrl), kill };
}
