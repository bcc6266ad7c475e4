import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../lambdas/domain/errors.ts';
import { machineSignals } from '../../lambdas/domain/job-machine.ts';

interface Rule { readonly ErrorEquals: readonly string[]; readonly Next?: string }
interface State { readonly Type: string; readonly Resource?: string; readonly TimeoutSeconds?: unknown; readonly Retry?: readonly Rule[]; readonly Catch?: readonly Rule[]; readonly Default?: string }
const { States } = JSON.parse(readFileSync('statemachines/aggregation-job.asl.json', 'utf8')) as { States: Readonly<Record<string, State>> };
const namesOf = (rules: readonly Rule[] = []) => rules.flatMap(({ ErrorEquals }) => ErrorEquals);
const waits = Object.entries(States).filter(([, { Resource: resource }]) => resource?.endsWith('.waitForTaskToken') === true);

describe('the definition', () => {
  it('names only errors that the code throws or that AWS documents', () => {
    const named = Object.values(States).flatMap(({ Retry, Catch }) => [...namesOf(Retry), ...namesOf(Catch)]);
    const ours = new Set<string>([...machineSignals, ...errorCodes]);
    const ofAws = /^(States\.(ALL|Timeout)|Lambda\.\w+|Sandbox\.Timedout|Runtime\.ExitError|Dynamo(Db|DB)\.\w+Exception)$/;
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !ours.has(name) && !ofAws.test(name))).toEqual([]);
  });

  it('knows every way out that the code has', () => {
    const elsewhere = ['UpstreamUnclear']; // nothing is done about it but to record it, like every failure
    const named = new Set(Object.values(States).flatMap(({ Retry, Catch }) => [...namesOf(Retry), ...namesOf(Catch)]));
    expect(machineSignals.filter((signal) => !named.has(signal))).toEqual(elsewhere);
  });

  it('repeats a create only after what surely was not accepted, or after a fault of Lambda or of ours, which the intent guards', () => {
    expect(namesOf(States['CreateUpstreamJob']?.Retry).filter((name) => !/^(Lambda|Sandbox|Runtime)\./.test(name))).toEqual(['CredentialsRejected', 'UpstreamThrottled', 'UpstreamUnreachable', 'Internal']);
  });

  it('repeats a function that died or met a fault of ours, by whichever name that is told', () => {
    const ofFunctions = Object.entries(States).filter(([, { Resource: resource }]) => resource?.endsWith(':lambda:invoke') === true);
    expect(ofFunctions).toHaveLength(4);
    for (const [name, { Retry }] of ofFunctions) expect(namesOf(Retry), name).toEqual(expect.arrayContaining(['Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError', 'Lambda.ClientExecutionTimeoutException', 'Internal']));
  });

  it('gives every wait and every function an end', () => {
    const tasks = Object.entries(States).filter(([, { Type: type }]) => type === 'Task');
    expect(waits.map(([name]) => name)).toEqual(['AwaitTurn', 'AwaitSignal', 'PauseForMfa']);
    for (const [name, { TimeoutSeconds: limit }] of tasks) expect(limit, name).toBeDefined();
  });

  it.each(waits)('knows the errors of DynamoDB in %s by the names of both integrations', (_name, { Retry, Catch }) => {
    const named = [...namesOf(Retry), ...namesOf(Catch)].filter((name) => /^dynamodb\./i.test(name));
    const spelled = (prefix: string) => named.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)).sort();
    expect(spelled('DynamoDb.')).toContain('ConditionalCheckFailedException');
    expect(spelled('DynamoDB.')).toEqual(spelled('DynamoDb.'));
  });

  it('leads to failure where nothing else applies', () => {
    expect(States['RetryOnce']?.Default).toBe('RecordFailure');
    for (const [name, { Catch }] of Object.entries(States)) {
      if (Catch !== undefined && name !== 'RecordFailure') expect(Catch.at(-1), name).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'RecordFailure' });
    }
  });
});
