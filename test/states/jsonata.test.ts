import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../local/states/jsonata-functions.ts';
import { details, invoke, machine, ok, setup } from './harness.ts';

/** Runs a Pass state whose Output is the template. */
const evaluate = (Output: unknown, input: unknown = {}) => setup().run(machine({ Only: { Type: 'Pass', Output, End: true } }), input);

describe("Step Functions' own JSONata functions", () => {
  it.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([0], 3)', [[0]]],
    ['$range(0, 9, 3)', [0, 3, 6, 9]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    // As on AWS: a range of one element is that element.
    ['$range(1, 9, 9)', 1],
    ['$count($range(1, 1000, 1))', 1000],
    ["$hash('input data', 'SHA-1')", createHash('sha1').update('input data').digest('hex')],
    ["$hash('x', 'MD5')", '9dd4e461268c8034f5c8564e155c67a6'],
    ["$hash('x', 'SHA-256')", '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
    ["$length($hash('x', 'SHA-384'))", 96],
    ["$length($hash('x', 'SHA-512'))", 128],
    ['$random()', 0.5],
    ['$random(42) = $random(42)', true],
    ['$random(42) = $random(43)', false],
    ['$random(42) >= 0 and $random(42) < 1', true],
    ['$uuid()', 'id-2'],
    ['$parse(\'{"a": [1, null]}\')', { a: [1, null] }],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ["$now('[Y]-[M01]')", '2026-01'],
    ['$millis()', 1_767_225_600_000],
  ])('%s', async (expression, expected) => {
    expect((await evaluate(`{% ${expression} %}`)).result).toEqual(expected);
  });

  it.each([
    ['$range(1, 10, 0)', 'must not be zero'],
    ['$range(1, 2000, 1)', 'at most 1000'],
    ['$range(1, 2, 0.5)', 'must be integers'],
    ['$range(5, 1, 1)', 'returned nothing'],
    ['$partition([1], 0)', 'positive integer'],
    ["$hash('x', 'SHA-2')", 'must be one of'],
    ["$parse('{')", 'threw an error'],
    ['$partition(1)', 'T0410'],
  ])('%s fails', async (expression, sentence) => {
    const execution = await evaluate(`{% ${expression} %}`);

    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toContain(sentence);
  });

  it('the functions that a definition may name are those that there are', async () => {
    const known = await Promise.all([...functionNames].map(async (name) => [name, await jsonata(`$type($${name})`).evaluate(undefined)] as const));

    const missing = known.filter(([, type]) => type !== 'function').map(([name]) => name);
    expect(missing.sort()).toEqual(['hash', 'parse', 'partition', 'range', 'uuid']);
  });

  it('the library has no function that a definition may not name, but $eval', () => {
    const library = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
    const names = [...library.matchAll(/staticFrame\.bind\('(\w+)'/gu)].map(([, name]) => name ?? '');

    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !functionNames.has(name))).toEqual(['eval']);
  });

  it('time stands still within one expression and moves with the clock', async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        First: { Type: 'Pass', Assign: { first: '{% $millis() %}' }, Next: 'Rest' },
        Rest: { Type: 'Wait', Seconds: 5, Next: 'Last' },
        Last: { Type: 'Pass', Output: '{% $millis() - $first %}', End: true },
      }),
    );

    expect(execution.result).toBe(5000);
  });
});

describe('an expression that gives no value', () => {
  it.each([
    ['$states.input.missing', 'returned nothing (undefined).'],
    ['$states.input.waits[9]', 'returned nothing (undefined).'],
    ['$sum(["a"])', 'threw an error during evaluation. T0412'],
    ["1 + 'a'", 'threw an error during evaluation. T2002'],
    ['$error("no")', 'threw an error during evaluation. D3137: no'],
    ['function($x){ $x }', 'returned an unsupported result type.'],
    ['$uppercase', 'returned an unsupported result type.'],
    ['{"f": $uppercase}', 'returned an unsupported result type.'],
    ['[1, /ab/]', 'returned an unsupported result type.'],
    ['1/0', 'returned an unsupported result type.'],
    ['1e300 * 1e300', 'returned an unsupported result type.'],
  ])('%s fails with States.QueryEvaluationError', async (expression, sentence) => {
    const execution = await evaluate(`{% ${expression} %}`, { waits: [3, 5] });

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(execution.cause).toContain(
      `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output' ${sentence}`,
    );
  });

  it('is recorded with the place where it stands', async () => {
    const execution = await evaluate({ list: ['a', { deep: '{% $states.input.missing %}' }] });

    expect(details(execution.events, 'EvaluationFailed')).toEqual({ state: 'Only', error: 'States.QueryEvaluationError', cause: execution.cause, location: 'Output/list[1]/deep' });
    // Recorded on AWS: the event follows what stood before the state.
    expect(execution.events.at(-2)).toMatchObject({ type: 'EvaluationFailed', id: 3, previousEventId: 0 });
    expect(execution.events.at(-1)).toMatchObject({ type: 'ExecutionFailed', id: 4, previousEventId: 3 });
  });
});

describe('an undefined member', () => {
  it('of an object that JSONata makes is dropped in silence', async () => {
    expect((await evaluate('{% {"here": 1, "gone": $states.input.missing} %}')).result).toEqual({ here: 1 });
  });

  it('of a template fails', async () => {
    expect((await evaluate({ here: 1, gone: '{% $states.input.missing %}' })).error).toBe('States.QueryEvaluationError');
  });
});

describe('JSONata as Step Functions runs it', () => {
  it.each([
    ['one match of a filter is the element, not an array', '{% $states.input.items[n = 1] %}', { n: 1 }],
    ['one match kept as an array', '{% $states.input.items[n = 1][] %}', [{ n: 1 }]],
    ['a bare name inside a predicate', '{% $states.input.items[n > 1].n %}', [2, 3]],
    ['$ inside a predicate', '{% $states.input.numbers[$ > 1] %}', [2, 3]],
    ['a function of its own', '{% ($twice := function($x){ 2 * $x }; $map($states.input.numbers, $twice)) %}', [2, 4, 6]],
    ['a focus variable', '{% $states.input.items@$i.($i.n * 10) %}', [10, 20, 30]],
    ['null', '{% null %}', null],
    ['an expression over several lines', '{%\n  $states.input\n    .numbers[0]\n%}', 1],
    ['a string that only looks like a variable', '$states.input', '$states.input'],
    ['numbers and booleans in a template', { n: 1, t: true, z: null, list: [] }, { n: 1, t: true, z: null, list: [] }],
  ])('%s', async (_what, template, expected) => {
    expect((await evaluate(template, { items: [{ n: 1 }, { n: 2 }, { n: 3 }], numbers: [1, 2, 3] })).result).toEqual(expected);
  });

  it('knows $states.result and no error in a Task, and neither elsewhere', async () => {
    const t = setup({ lambda: () => ok('payload') });

    const execution = await t.run(machine({ Work: invoke('work', { Output: '{% $keys($states) %}', Next: 'Last' }), Last: { Type: 'Pass', Output: '{% [$states.input, $keys($states)] %}', End: true } }));

    expect(execution.result).toEqual(['input', 'context', 'result', 'input', 'context']);
  });
});
