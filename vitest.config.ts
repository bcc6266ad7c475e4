import { defineConfig } from 'vitest/config';

const common = { expect: { requireAssertions: true }, testTimeout: 30_000, hookTimeout: 60_000 };

const unit = { ...common, name: 'unit', env: { POWERTOOLS_LOG_LEVEL: 'SILENT' }, include: ['test/**/*.test.ts'], exclude: ['test/local/**', 'test/contract/**'] };
// The end-to-end suites share one build and one synthesised dev stage; each boots its own local cloud from it.
const local = { ...common, name: 'local', include: ['test/local/**/*.test.ts'], globalSetup: ['test/support/synthesised-assembly.ts'], testTimeout: 60_000 };
// Calls upstream's real sandboxes, and only when asked for: npm run test:contract.
const contract = { ...common, name: 'contract', include: ['test/contract/**/*.test.ts'], globalSetup: ['test/contract/say-what-is-missing.ts'], testTimeout: 120_000 };

export default defineConfig(({ mode }) => ({
  test: {
    // The end-to-end suites mostly wait: two at a time, also where there are only two processors.
    maxWorkers: 2,
    // The contract tests share one person, whom each create disconnects.
    fileParallelism: mode !== 'contract',
    projects: (mode === 'contract' ? [contract] : [unit, local]).map((test) => ({ test })),
  },
}));
