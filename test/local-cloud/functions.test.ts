import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../local/functions/outcome.ts';
import { bootForFile, changed } from './fixture/boot-shop.ts';
import { broken } from './fixture/handlers.ts';
import { matching } from './fixture/matching.ts';
import { lambdaFunction, shop } from './fixture/shop.ts';

const handlers = Object.fromEntries(Object.keys(broken).map((file) => [`Broken${file.replace('.mjs', '')}`, lambdaFunction('broken', { Handler: `${file.replace('.mjs', '')}.handler` })]));
const fixture = { ...changed({ ...handlers, Brokenabsent: lambdaFunction('broken', { Handler: 'absent.handler' }), Brokenname: lambdaFunction('broken', { Handler: 'nodot' }) }), assets: { ...shop.assets, broken } };
const running = bootForFile(fixture, { environment: { UPSTREAM_URL: 'http://127.0.0.1:1' } });

const probe = (event: Record<string, unknown>, name = 'probe'): Promise<Outcome> => running.cloud.invoke(name, event);

describe('a function', () => {
  it('returns its result as JSON, by name, logical id and ARN', async () => {
    const event = { action: 'echo', value: { at: 'x', list: [1, null] } };
    for (const name of ['probe', 'Probe', 'arn:aws:lambda:us-east-1:000000000000:function:probe', 'arn:aws:lambda:us-east-1:000000000000:function:probe:$LATEST']) {
      expect(await probe(event, name)).toEqual({ ok: true, payload: '{"at":"x","list":[1,null]}' });
    }
  });

  it('returns null where its handler returns nothing', async () => {
    expect(await probe({ action: 'nothing' })).toEqual({ ok: true, payload: 'null' });
  });

  it('sees what it declares and what Lambda sets, and nothing of this process', async () => {
    process.env['LEAKED'] = 'yes';
    const outcome = await probe({ action: 'env' });
    delete process.env['LEAKED'];
    const environment = JSON.parse(outcome.ok ? outcome.payload : '{}') as Record<string, string>;
    expect(environment).toMatchObject({
      UPSTREAM_URL: 'http://127.0.0.1:1',
      API_URL: running.cloud.apiUrl,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_ENDPOINT_URL: running.cloud.endpointUrl,
      AWS_ENDPOINT_URL_DYNAMODB: running.cloud.endpointUrl,
      AWS_ENDPOINT_URL_SFN: running.cloud.endpointUrl,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: running.cloud.endpointUrl,
    });
    expect(Object.keys(environment).filter((name) => !/^(AWS_|_|LAMBDA_TASK_ROOT|LANG|TZ|UPSTREAM_URL|API_URL)/.test(name))).toEqual([]);
  });

  it('gets the context object of Lambda', async () => {
    const outcome = await probe({ action: 'context' });
    const context = JSON.parse(outcome.ok ? outcome.payload : '{}') as Record<string, unknown>;
    expect(context).toMatchObject({ functionName: 'probe', functionVersion: '$LATEST', memoryLimitInMB: '128', invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:probe' });
    expect(context['awsRequestId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(context['remaining']).toBeGreaterThan(900);
    expect(context['remaining']).toBeLessThanOrEqual(1_000);
  });

  it('keeps its module state from one event to the next', async () => {
    const before = await probe({ action: 'count' }, 'Narrow');
    const after = await probe({ action: 'count' }, 'Narrow');
    expect([before, after].map((outcome) => outcome.ok && Number(outcome.payload))).toEqual([1, 2]);
  });

  it('takes one event at a time and more at once in other threads', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => probe({ action: 'wait', ms: 400 })));
    const times = outcomes.map((outcome) => JSON.parse(outcome.ok ? outcome.payload : '{}') as { from: number; to: number });
    expect(times.filter(({ from }) => times.some((other) => other.from < from && from < other.to)).length).toBeGreaterThan(0);
  });

  it('refuses more at once than is reserved for it', async () => {
    const first = probe({ action: 'wait', ms: 300 }, 'Narrow');
    const second = await probe({ action: 'count' }, 'Narrow');
    expect(second).toMatchObject({ ok: false, fault: 'throttled', errorType: 'TooManyRequestsException' });
    expect(await first).toMatchObject({ ok: true });
    expect(await probe({ action: 'count' }, 'Narrow')).toMatchObject({ ok: true });
  });
});

describe('a function that goes wrong', () => {
  it.each([
    ['throws an error', { action: 'throw' }, { fault: 'function', errorType: 'OwnError', errorMessage: 'it broke' }],
    ['throws something else', { action: 'throwText' }, { fault: 'function', errorType: 'string', errorMessage: 'only text' }],
    ['returns what JSON cannot hold', { action: 'circular' }, { fault: 'function', errorType: 'Error', errorMessage: 'Unable to stringify response body' }],
    ['exits with a code', { action: 'exit', code: 3 }, { fault: 'function', errorType: 'Runtime.ExitError', errorMessage: matching(/^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/) }],
    ['exits without one', { action: 'exit', code: 0 }, { fault: 'function', errorType: 'Runtime.ExitError', errorMessage: matching(/without providing a reason/) }],
    ['throws outside its handler', { action: 'later' }, { fault: 'function', errorType: 'Error', errorMessage: 'too late' }],
    ['leaves a rejection alone', { action: 'reject' }, { fault: 'function', errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'left alone' }],
    ['waits for longer than its time limit', { action: 'wait', ms: 5_000 }, { fault: 'timeout', errorType: 'Sandbox.Timedout', errorMessage: matching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/) }],
    ['never comes back from a loop', { action: 'loop' }, { fault: 'timeout', errorType: 'Sandbox.Timedout' }],
    ['returns more than 6 MB', { action: 'large', bytes: 6_300_000 }, { fault: 'function', errorType: 'Function.ResponseSizeTooLarge' }],
  ])('is reported as Lambda does when it %s, and answers the next event', async (_what, event, expected) => {
    expect(await probe(event)).toMatchObject({ ok: false, ...expected });
    expect(await probe({ action: 'echo', value: 'fine' })).toEqual({ ok: true, payload: '"fine"' });
  });

  it('is killed when it takes more memory than it has', async () => {
    expect(await probe({ action: 'memory' }, 'Narrow')).toMatchObject({ ok: false, fault: 'memory', errorType: 'Runtime.ExitError', errorMessage: matching(/signal: killed/) });
    expect(await probe({ action: 'echo', value: 1 }, 'Narrow')).toEqual({ ok: true, payload: '1' });
  });

  it('loses its module state with its thread', async () => {
    await probe({ action: 'exit', code: 1 }, 'Narrow');
    expect(await probe({ action: 'count' }, 'Narrow')).toEqual({ ok: true, payload: '1' });
  });

  it('carries the stack of an error', async () => {
    const outcome = await probe({ action: 'throw' });
    expect(!outcome.ok && outcome.trace?.[0]).toBe('OwnError: it broke');
  });

  it('refuses an event of more than 6 MB', async () => {
    expect(await probe({ action: 'echo', value: 'x'.repeat(6_300_000) })).toMatchObject({ ok: false, fault: 'tooLarge', errorType: 'RequestTooLargeException' });
  });

  it('is not found under a name that the assembly lacks', async () => {
    expect(await probe({}, 'nobody')).toMatchObject({ ok: false, errorType: 'ResourceNotFoundException' });
  });

  it.each([
    ['throws while it is loaded', 'Brokenthrows', { errorType: 'SetupError', errorMessage: 'no luck today' }],
    ['imports what is not there', 'Brokenimports', { errorType: 'Runtime.ImportModuleError', errorMessage: matching(/not-there\.mjs/) }],
    ['is not JavaScript', 'Brokensyntax', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['is not in its asset', 'Brokenabsent', { errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'absent'" }],
    ['does not export its handler', 'Brokenother', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'other.handler is undefined or not exported' }],
    ['has a handler without an export’s name', 'Brokenname', { errorType: 'Runtime.MalformedHandlerName' }],
    ['wants a callback', 'Brokencallback', { errorType: 'Runtime.CallbackHandlerDeprecated' }],
    ['exits while it is loaded', 'Brokenexits', { errorType: 'Runtime.ExitError', errorMessage: matching(/exit status 7/) }],
  ])('is reported as Lambda does when it %s, every time', async (_what, name, expected) => {
    expect(await probe({}, name)).toMatchObject({ ok: false, fault: 'function', ...expected });
    expect(await probe({}, name)).toMatchObject({ ok: false, fault: 'function', ...expected });
  });
});

describe('what a function writes', () => {
  it('arrives line by line, with the function and the stream', async () => {
    await probe({ action: 'print' });
    const lines = running.lines.filter(({ functionName }) => functionName === 'probe').slice(-4);
    expect(lines).toEqual([
      { functionName: 'probe', stream: 'stdout', text: 'one' },
      { functionName: 'probe', stream: 'stderr', text: 'two' },
      { functionName: 'probe', stream: 'stdout', text: 'three, in pieces' },
      { functionName: 'probe', stream: 'stdout', text: 'four' },
    ]);
  });

  it('is kept when it exits, when it hangs, and when it throws', async () => {
    await probe({ action: 'exit', code: 1 });
    expect(running.lines.at(-1)).toMatchObject({ text: 'last words' });
    await probe({ action: 'loop' });
    expect(running.lines.at(-1)).toMatchObject({ text: 'before the loop' });
    await probe({ action: 'throw' });
    expect(JSON.parse(running.lines.at(-1)?.text ?? '')).toMatchObject({ level: 'ERROR', errorType: 'OwnError', errorMessage: 'it broke' });
  });
});
