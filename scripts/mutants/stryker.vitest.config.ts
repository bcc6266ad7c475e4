import { defineConfig } from 'vitest/config';

/** The tests that hold the job's logic, without those that play thousands of random stories: Stryker runs a selection of these for each of its mutants. */
export default defineConfig({
  test: {
    expect: { requireAssertions: true },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    include: ['test/domain/job*.test.ts', 'test/statemachine/*.test.ts', 'test/repositories/jobs.test.ts'],
    exclude: ['test/statemachine/any-order.test.ts', 'test/statemachine/definition.test.ts'],
  },
});
