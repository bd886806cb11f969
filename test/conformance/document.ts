/** `docs/conformance.md`, made of a run: nothing in it is typed by hand but the explanations. */
import { STATUSES } from '../fuzz/valid-answer.ts'
import { type Build, type Exception, readExceptions } from './expected-failures.ts'
import { requiredScenarios, SUITES, type Verdict, type Verdicts } from './suite.ts'

export type Runs = Record<Build, Map<string, Verdicts>>

const count = (verdicts: Verdicts, verdict: Verdict) =>
  [...verdicts.values()].filter(one => one === verdict).length

export function conformanceDocument(runs: Runs): string {
  return `# Conformance

Made by \`npm run test:conformance\`; do not edit. The run fails when any verdict changes, for better or worse.

The official suite (\`@modelcontextprotocol/conformance\`) runs twice. *Product* is the server as it is deployed: it has
none of the tools, resources and prompts that most of the suite calls by name. *Fixtures* puts exactly those behind the
same HTTP app, token check, SDK exchange and error code (\`test/conformance/fixture-server.ts\`), and is bundled the same
way. What fails for the product must pass with the fixtures, or be a decision listed below; a test holds that too.

| Suite | Version | Build | Required scenarios | of them without a failure | Checks | Pass | Fail | Warn | Skipped |
|---|---|---|---|---|---|---|---|---|---|
${SUITES.flatMap(({ name, version }) => (['product', 'fixtures'] as const).map(build => summaryRow(runs, build, name, version))).join('\n')}

Beside the scenarios that a revision requires the suite runs others, unscored: extensions, and what it cannot pass itself.

## What remains with the fixtures, and why

${reasons(readExceptions('fixtures'), listed)}

## What the product as it is does not pass, and why

Check by check in \`test/conformance/expected-failures.product.yaml\`.

${reasons(readExceptions('product'), counted)}

## HTTP statuses

What the MCP endpoint answers with; hostile input gets no other (\`test/fuzz/\`). Every answer with a body is JSON-RPC.

| Status | When |
|---|---|
${Object.entries(STATUSES)
  .map(([status, when]) => `| ${status} | ${when} |`)
  .join('\n')}

## Every scenario, with the fixtures

${SUITES.map(({ name }) => scenarioTable(name, runs.fixtures.get(name) ?? new Map())).join('\n\n')}
`
}

function summaryRow(runs: Runs, build: Build, name: string, version: string): string {
  const verdicts: Verdicts = runs[build].get(name) ?? new Map()
  const scored = [...verdicts.values()].filter(verdict => verdict !== 'INFO').length
  const numbers = (['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED'] as const).map(one => count(verdicts, one))
  const required = requiredScenarios(name) ?? [...new Set([...verdicts.keys()].map(scenarioOf))]
  const failing = new Set(
    [...verdicts].filter(([, verdict]) => verdict === 'FAILURE').map(([check]) => scenarioOf(check)),
  )
  const clean = required.filter(scenario => !failing.has(scenario)).length
  return `| ${[name, version, build, required.length, clean, scored, ...numbers].join(' | ')} |`
}

const scenarioOf = (check: string) => check.split(':')[0] ?? ''

type Show = (suite: string, checks: string[]) => string
const listed: Show = (suite, checks) => `  - ${suite}: ${checks.map(check => `\`${check}\``).join(', ')}`
const counted: Show = (suite, checks) => `  - ${suite}: ${checks.length}`

function reasons(exceptions: Exception[], show: Show): string {
  return exceptions
    .map(({ reason, verdict, checks }) =>
      [
        `- ${reason} (${verdict.toLowerCase()})`,
        ...Object.entries(checks).map(([suite, list]) => show(suite, list)),
      ].join('\n'),
    )
    .join('\n')
}

function scenarioTable(name: string, verdicts: Verdicts): string {
  const scenarios = new Map<string, Verdicts>()
  for (const [key, verdict] of verdicts) {
    const [scenario = '', ...check] = key.split(':')
    const found: Verdicts = scenarios.get(scenario) ?? new Map()
    scenarios.set(scenario, found.set(check.join(':'), verdict))
  }
  const rows = [...scenarios]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([scenario, checks]) => {
      const numbers = (['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED'] as const).map(one => count(checks, one))
      return `| ${[scenario, ...numbers].join(' | ')} |`
    })
  return [
    `### ${name}`,
    '',
    '| Scenario | Pass | Fail | Warn | Skipped |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
