import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../local/events/event-pattern.ts';
import { rateMs } from '../../local/events/rate.ts';

const event = { source: 'aws.states', detail: { status: 'FAILED', attempts: 2, error: null, tags: ['a', 'b'], final: true } };

describe('an event pattern', () => {
  it.each([
    ['one exact value', { source: ['aws.states'] }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['one of several values', { detail: { status: ['ABORTED', 'FAILED'] } }, true],
    ['all members at once', { source: ['aws.states'], detail: { status: ['ABORTED'] } }, false],
    ['a number, a truth value and null', { detail: { attempts: [2], final: [true], error: [null] } }, true],
    ['a number and not its text', { detail: { attempts: ['2'] } }, false],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['another prefix', { source: [{ prefix: 'gcp.' }] }, false],
    ['an element of a list', { detail: { tags: ['b'] } }, true],
    ['no element of a list', { detail: { tags: ['c'] } }, false],
    ['a member that is not there', { detail: { missing: ['x'] } }, false],
    ['a member of what is no object', { source: { deeper: ['x'] } }, false],
  ])('that asks for %s', (_what, pattern, expected) => {
    const matcher = compilePattern(pattern);
    expect('unknown' in matcher ? matcher : matcher(event)).toBe(expected);
  });

  it.each([
    [{ detail: { status: [{ exists: false }] } }, 'EventPattern.detail.status (exists)'],
    [{ detail: { n: [{ numeric: ['>', 1] }] } }, 'EventPattern.detail.n (numeric)'],
    [{ a: [{ prefix: { 'equals-ignore-case': 'x' } }] }, 'EventPattern.a (prefix)'],
    [{ $or: [] }, 'EventPattern.$or'],
    [{ source: 'aws.states' }, 'EventPattern.source'],
  ])('names what it does not implement in %j', (pattern, unknown) => {
    expect(compilePattern(pattern)).toEqual({ unknown });
  });
});

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(0 minutes)', undefined],
    ['cron(0 12 * * ? *)', undefined],
    ['at(2026-01-01T00:00:00)', undefined],
  ])('%s', (expression, ms) => {
    expect(rateMs(expression)).toBe(ms);
  });
});
