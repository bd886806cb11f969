import { defineConfig } from 'vitest/config'

/** Tests that synthesize stacks: loading CDK takes seconds, so they share a process instead of starting one each. */
const SYNTHESIS = ['test/lib/**/*.test.ts', 'test/docs/operations.test.ts', 'test/scripts/costs/**/*.test.ts']

const common = { testTimeout: 20_000, hookTimeout: 60_000 }

/** Test files run side by side in processes of their own; what they share they get from test/support/. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'product',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...SYNTHESIS],
        },
      },
      { test: { ...common, name: 'synthesis', include: SYNTHESIS, isolate: false } },
    ],
  },
})
