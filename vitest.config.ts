import { defineConfig } from 'vitest/config'

/** Test files run side by side in processes of their own; what they share they get from test/support/. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
