/** Runs inside a worker thread: loads one handler as Lambda's own runtime does, then takes one event after the other. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { describeError } from './describe-error.ts';
import { keepPace } from './keep-pace.ts';
import type { FromWorker, Invocation, WorkerStart } from './worker-messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const port = parentPort;
if (port === null) throw new Error('worker-main.ts runs in a worker thread only');
const given: unknown = workerData;
if (!isWorkerStart(given)) throw new Error('worker-main.ts is started by function-worker.ts only');
const start = given;
const tell = (message: FromWorker): void => port.postMessage(message);

// The cache made this thread start fast. The function is not to see a variable that Lambda does not set.
delete process.env['NODE_COMPILE_CACHE'];
captureOutput('stdout');
captureOutput('stderr');
// Time limits of functions are real ones.
const realNow = Date.now;
if (start.pace !== undefined) keepPace(start.pace);

/** Lambda's runtime reports a stray error as the result of the invocation at hand, and ends the process. */
function die(error: unknown, code: number, type?: string): never {
  const described = describeError(error);
  log('Uncaught Exception', described, undefined);
  tell({ type: 'failed', error: type === undefined ? described : { ...described, errorType: type }, fatal: true });
  process.exit(code);
}
process.on('uncaughtException', (error) => die(error, 129));
process.on('unhandledRejection', (reason) => die(reason, 128, 'Runtime.UnhandledPromiseRejection'));

try {
  const handler = await load();
  module.flushCompileCache();
  port.on('message', (invocation: Invocation) => void invoke(handler, invocation));
  tell({ type: 'ready' });
} catch (error) {
  const described = describeError(error);
  log('Init Error', described, undefined);
  tell({ type: 'initFailed', error: described });
}

async function load(): Promise<Handler> {
  const { dir, base } = path.posix.parse(start.handler);
  const [file, ...names] = base.split('.');
  if (file === undefined || file === '' || names.length === 0) throw named('Runtime.MalformedHandlerName', `Bad handler ${start.handler}`);
  const found = ['.js', '.mjs', '.cjs'].map((extension) => path.join(start.taskRoot, dir, file + extension)).find((candidate) => existsSync(candidate));
  if (found === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path.posix.join(dir, file)}'`);
  let value: unknown;
  try {
    value = await import(pathToFileURL(found).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error));
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') throw named('Runtime.ImportModuleError', String(error));
    throw error;
  }
  for (const name of names) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (!isHandler(value)) throw named('Runtime.HandlerNotFound', `${start.handler} is undefined or not exported`);
  if (value.length >= 3) throw named('Runtime.CallbackHandlerDeprecated', 'This runtime takes no handler with a callback: return a promise instead.');
  return value;
}

async function invoke(handler: Handler, { requestId, traceId, event, deadline }: Invocation): Promise<void> {
  process.env['_X_AMZN_TRACE_ID'] = traceId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: start.functionName,
    memoryLimitInMB: String(start.memoryMb),
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: 'local',
    invokedFunctionArn: start.functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
  try {
    const result = await handler(JSON.parse(event), context);
    tell({ type: 'result', payload: serialised(result) });
  } catch (error) {
    const described = describeError(error);
    log('Invoke Error', described, requestId);
    tell({ type: 'failed', error: described });
  }
}

function serialised(result: unknown): string {
  try {
    // TypeScript has it that JSON.stringify gives text; for a function or undefined it gives undefined.
    const text: unknown = JSON.stringify(result);
    return typeof text === 'string' ? text : 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

/** One line of JSON, as the runtime writes for a function whose log format is JSON. */
function log(message: string, { errorType, errorMessage, trace }: ReturnType<typeof describeError>, requestId: string | undefined): void {
  process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', ...(requestId !== undefined && { requestId }), message, errorType, errorMessage, stackTrace: trace })}\n`);
}

/** Sends what is written on at once, so that nothing is lost when the thread is ended in the middle of a loop. */
function captureOutput(stream: 'stdout' | 'stderr'): void {
  process[stream].write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    tell({ type: 'output', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (isCallback(callback)) queueMicrotask(callback);
    return true;
  };
}

function isWorkerStart(value: unknown): value is WorkerStart {
  return typeof value === 'object' && value !== null && 'taskRoot' in value && 'handler' in value;
}

function isCallback(value: unknown): value is () => void {
  return typeof value === 'function';
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
