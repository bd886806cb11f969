import { defineConfig } from 'vitest/config'

/** Suites that install something large or take minutes; each has its own npm script, and .ci/run runs them all. */
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
