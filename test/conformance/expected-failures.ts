/** The committed lists of expected failures with their reasons, and the differences of a run from them. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { Verdict, Verdicts } from './suite.ts'

export interface Exception {
  reason: string
  verdict: Verdict
  /** Name of the suite → `scenario:check`. */
  checks: Record<string, string[]>
}

export type Build = 'product' | 'fixtures'

/** The expected failures of a build. */
export function readExceptions(build: Build): Exception[] {
  return parse(readFileSync(path.join(import.meta.dirname, `expected-failures.${build}.yaml`), 'utf8'))
}

/** `VERDICT scenario:check` of every check that neither succeeded nor is informational, sorted. */
export function shortfall(verdicts: Verdicts): string[] {
  return [...verdicts]
    .filter(([, verdict]) => verdict !== 'SUCCESS' && verdict !== 'INFO')
    .map(([check, verdict]) => `${verdict} ${check}`)
    .sort()
}

/** The same list, from the committed file. */
export function expectedShortfall(exceptions: Exception[], suite: string): string[] {
  return exceptions
    .flatMap(({ verdict, checks }) => (checks[suite] ?? []).map(check => `${verdict} ${check}`))
    .sort()
}
