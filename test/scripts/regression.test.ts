/** What `npm run test:regression -- --against REF` counts and reports. */
import { expect, test } from 'vitest'
import { countOutcomes, reportOf } from '../../scripts/regression/outcomes.ts'

const report = {
  testResults: [
    {
      name: '/project/test/regression/limits.test.ts',
      assertionResults: [
        { fullName: 'bounds errors', status: 'failed' },
        { fullName: 'answers a valid call (control)', status: 'passed' },
        { fullName: 'names each error', status: 'passed' },
      ],
    },
    { name: '/project/test/regression/broken.test.ts', assertionResults: [] },
  ],
}

test('counts failures, leaves control tests out, and counts a file that does not start as failed', () => {
  expect(countOutcomes(report, '/project')).toEqual({
    failed: [
      'test/regression/limits.test.ts: bounds errors',
      'test/regression/broken.test.ts: does not start',
    ],
    passed: ['test/regression/limits.test.ts: names each error'],
  })
})

test('reports each test that the other commit passes too', () => {
  expect(reportOf(countOutcomes(report, '/project'), '143927a')).toBe(
    '2 of 3 regression tests fail against 143927a.\n  passes there too: test/regression/limits.test.ts: names each error',
  )
})
