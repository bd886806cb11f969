/** What the deployment says of itself, judged: what is well, what is not, and what to do about it. Pure. */
import type { Check, DeploymentView } from '../../lambda/admin/deployment-view.ts'
import { PRODUCT_VERSION } from '../../lambda/shared/version.ts'

export interface Finding {
  /** What was looked at. */
  about: string
  state: 'ok' | 'off' | 'warning' | 'failed'
  says: string
  /** What to do, where something is to be done. */
  fix?: string
}

/** Beyond this an expiry "in a minute" is not what the person at the terminal means by it. */
const CLOCK_TOLERANCE_MS = 30_000

/** `nowMs`: this machine's clock when the answer arrived. */
export function findingsOf(view: DeploymentView, nowMs: number): Finding[] {
  return [
    { about: 'server', state: 'ok', says: `answers, on Node ${view.node.replace(/^v/, '')}` },
    versionFinding(view.version),
    clockFinding(view.now, nowMs),
    checkFinding('table', view.checks.table, 'holds connectors, accounts and tokens', {
      fix: 'May the function use the table (TABLE_NAME), and is it there? See docs/runbook.md.',
    }),
    checkFinding('call log', view.checks.call_log, 'can be read', {
      fix: 'May the function read the log group of the MCP function (logs:FilterLogEvents)? Deploy again.',
    }),
    checkFinding('long runs', view.checks.long_runs, 'are watched', {
      off: 'are not watched here: waiting calls poll by themselves',
      fix: 'Is the state machine there, and may the function describe it? Deploy again.',
    }),
  ]
}

function versionFinding(version: string): Finding {
  const about = 'version'
  if (version === PRODUCT_VERSION) return { about, state: 'ok', says: `${version}, as this command line` }
  const says = `the server is ${version}, this command line ${PRODUCT_VERSION}`
  return { about, state: 'warning', says, fix: 'Deploy this checkout, or use the one that was deployed.' }
}

function clockFinding(now: string, nowMs: number): Finding {
  const about = 'clock'
  const apartMs = Math.abs(Date.parse(now) - nowMs)
  const seconds = Math.round(apartMs / 1000)
  if (apartMs <= CLOCK_TOLERANCE_MS)
    return { about, state: 'ok', says: `${seconds} s apart from this machine's` }
  const says = `the server says ${now}, which is ${seconds} s apart from this machine's`
  return { about, state: 'warning', says, fix: 'Expiry is measured by the server: set this clock right.' }
}

function checkFinding(
  about: string,
  check: Check,
  ok: string,
  words: { off?: string; fix: string },
): Finding {
  if (check.state === 'ok') return { about, state: 'ok', says: ok }
  if (check.state === 'off') return { about, state: 'off', says: words.off ?? 'is off' }
  return { about, state: 'failed', says: `does not answer: ${check.message}`, fix: words.fix }
}
