import { defineConfig } from 'vitest/config';

const common = { expect: { requireAssertions: true }, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // The end-to-end suites mostly wait: two at a time, also where there are only two processors.
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'unit', env: { POWERTOOLS_LOG_LEVEL: 'SILENT' }, include: ['test/**/*.test.ts'], exclude: ['test/local/**'] } },
      // The end-to-end suites share one build and one synthesised dev stage; each boots its own local cloud from it.
      { test: { ...common, name: 'local', include: ['test/local/**/*.test.ts'], globalSetup: ['test/support/synthesised-assembly.ts'], testTimeout: 60_000 } },
    ],
  },
});
