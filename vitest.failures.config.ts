import { defineConfig } from 'vitest/config'

/** `npm run test:failures`: failures are injected into a local server while it works; one file at a time. */
export default defineConfig({
  test: {
    include: [
      'test/failures/*.failures.ts',
      'test/lambda/aws/lost-acknowledgements.test.ts',
      'test/regression/{local-data,lost-acknowledgements,unclear-starts,watched-runs}.test.ts',
    ],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 120_000,
  },
})
