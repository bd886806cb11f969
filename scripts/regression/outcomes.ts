/** Which regression tests failed against another commit, out of the test runner's JSON report. Pure. */
import path from 'node:path'

/** The parts of the runner's report that are read. */
export interface JsonReport {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
}

export interface Outcomes {
  /** `file: title` of each test. A file that could not start counts as one failed test. */
  failed: string[]
  passed: string[]
}

/** @param root folder that file names are shown from */
export function countOutcomes({ testResults }: JsonReport, root: string): Outcomes {
  const outcomes: Outcomes = { failed: [], passed: [] }
  for (const { name, assertionResults } of testResults) {
    const file = path.relative(root, name)
    if (assertionResults.length === 0) outcomes.failed.push(`${file}: does not start`)
    for (const { fullName, status } of assertionResults) {
      // The control tests of a file state what both versions do right.
      if (fullName.includes('(control)')) continue
      const list = status === 'passed' ? outcomes.passed : outcomes.failed
      list.push(`${file}: ${fullName}`)
    }
  }
  return outcomes
}

export function reportOf({ failed, passed }: Outcomes, ref: string): string {
  const total = failed.length + passed.length
  const lines = passed.map(title => `  passes there too: ${title}`)
  return [`${failed.length} of ${total} regression tests fail against ${ref}.`, ...lines].join('\n')
}
