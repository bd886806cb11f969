/** State of a deployment → findings: what works, what does not, and how to fix it. Pure. */
import type { Check, DeploymentView } from '../../lambda/admin/deployment-view.ts'
import { PRODUCT_VERSION } from '../../lambda/shared/version.ts'

export interface Finding {
  /** What was checked. */
  about: string
  state: 'ok' | 'off' | 'warning' | 'failed'
  /** The result, as the rest of a sentence that starts with `about`. */
  says: string
  /** How to fix it, if there is something to fix. */
  fix?: string
}

/** With a larger difference, a duration such as `--expires-at 5m` would not mean what the user expects. */
const CLOCK_TOLERANCE_MS = 30_000

/** `nowMs`: this machine's clock when the response arrived. */
export function findingsOf(view: DeploymentView, nowMs: number): Finding[] {
  return [
    { about: 'server', state: 'ok', says: `responds, on Node ${view.node.replace(/^v/, '')}` },
    versionFinding(view.version),
    clockFinding(view.now, nowMs),
    checkFinding('table', view.checks.table, 'can be read', {
      fix: 'Check that the table (TABLE_NAME) exists and that the function has access to it. See docs/runbook.md.',
    }),
    checkFinding('call log', view.checks.call_log, 'can be read', {
      fix: 'The function needs logs:FilterLogEvents on the log group of the MCP function. Deploy again to restore it.',
    }),
    checkFinding('long runs', view.checks.long_runs, 'are watched', {
      off: 'are not watched in this deployment; waiting calls poll Gumloop themselves',
      fix: 'Check that the state machine exists and that the function may describe it. Deploy again to restore both.',
    }),
  ]
}

function versionFinding(version: string): Finding {
  const about = 'version'
  if (version === PRODUCT_VERSION)
    return { about, state: 'ok', says: `${version}, same as this command line` }
  const says = `the server has ${version}, this command line has ${PRODUCT_VERSION}`
  return {
    about,
    state: 'warning',
    says,
    fix: 'Deploy this version, or use the command line of the deployed version.',
  }
}

function clockFinding(now: string, nowMs: number): Finding {
  const about = 'clock'
  const differenceMs = Math.abs(Date.parse(now) - nowMs)
  const seconds = Math.round(differenceMs / 1000)
  if (differenceMs <= CLOCK_TOLERANCE_MS)
    return { about, state: 'ok', says: `${seconds} s off this machine's clock` }
  const says = `the server's time is ${now}, ${seconds} s off this machine's clock`
  return {
    about,
    state: 'warning',
    says,
    fix: "Synchronize this machine's clock: the server's clock decides about expiry.",
  }
}

function checkFinding(
  about: string,
  check: Check,
  ok: string,
  texts: { off?: string; fix: string },
): Finding {
  if (check.state === 'ok') return { about, state: 'ok', says: ok }
  if (check.state === 'off') return { about, state: 'off', says: texts.off ?? 'is off' }
  return { about, state: 'failed', says: `failed: ${check.message}`, fix: texts.fix }
}
