import { defineConfig } from 'vitest/config'

/** The hostile-input suites, longer than in `npm test` and with new seeds each time; FUZZ_FACTOR sets how much longer. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    env: { FUZZ_FACTOR: process.env.FUZZ_FACTOR ?? '5' },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
