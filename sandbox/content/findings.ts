/** What the Security Audit Agent finds: drawn from a fixed pool, the same for the same run. */
import { fractionOf } from '../http/ids.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low'
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']

export interface Finding {
  id: string
  severity: Severity
  area: string
  resource: string
  finding: string
  recommendation: string
}

const POOL: Omit<Finding, 'id'>[] = [
  {
    severity: 'critical',
    area: 'Storage',
    resource: 'bucket hf-invoices-archive',
    finding: 'Readable by anyone: a policy from 2023 names "*", and nobody remembers why',
    recommendation: 'Block public access today; ask Finance, who share the links, for named readers',
  },
  {
    severity: 'critical',
    area: 'Identity',
    resource: 'user deploy-bot',
    finding: 'An access key of 1,204 days, with administrator rights, last used from two countries',
    recommendation: 'Disable the key, watch for an hour what breaks, then move it to a role',
  },
  {
    severity: 'high',
    area: 'Network',
    resource: 'security group sg-bastion',
    finding: 'Port 22 is open to 0.0.0.0/0 although a session manager is in use',
    recommendation: 'Remove the rule; nothing has come through it for 90 days',
  },
  {
    severity: 'high',
    area: 'Identity',
    resource: 'root account',
    finding: 'No second factor on the root account of the staging organisation',
    recommendation: 'Register two hardware keys and put them into different drawers',
  },
  {
    severity: 'high',
    area: 'Secrets',
    resource: 'function order-sync',
    finding: 'A database password in an environment variable, in clear, "temporarily"',
    recommendation: 'Move it to the secret store and rotate it, since the logs may hold it',
  },
  {
    severity: 'medium',
    area: 'Logging',
    resource: 'trail management-events',
    finding: 'Logs are kept for 30 days, the contract with Aldermoor Travel says 365',
    recommendation: 'Raise the retention; it costs about 4 dollars a month',
  },
  {
    severity: 'medium',
    area: 'Backup',
    resource: 'database catalog-eu',
    finding: 'Snapshots run every night, and none has ever been restored',
    recommendation: 'Restore one on the first Monday of a month, and write down how long it took',
  },
  {
    severity: 'medium',
    area: 'Dependencies',
    resource: 'service checkout',
    finding: 'Three packages with published weaknesses, one of them reachable from the cart page',
    recommendation: 'Update two; replace the third, which has no maintainer any more',
  },
  {
    severity: 'medium',
    area: 'Network',
    resource: 'load balancer web-eu',
    finding: 'Accepts TLS 1.0 and 1.1 for the sake of one warehouse scanner',
    recommendation: 'Give the scanner its own listener and close the old versions for all others',
  },
  {
    severity: 'low',
    area: 'Cost',
    resource: 'volume vol-0f31',
    finding: 'An unattached disk, 500 GB, "do not delete, ask Imre"; Imre left in 2022',
    recommendation: 'Snapshot it, delete it, and ask Imre anyway',
  },
  {
    severity: 'low',
    area: 'Identity',
    resource: 'group contractors',
    finding: 'Eleven members, four of whose contracts have ended',
    recommendation: 'Remove the four and put an end date on the rest',
  },
  {
    severity: 'low',
    area: 'Monitoring',
    resource: 'alarm checkout-errors',
    finding: 'Has been in the state "insufficient data" since it was made',
    recommendation: 'Point it at the metric that exists, or delete it',
  },
]

/** Six to nine findings, worst first; the first two of the pool turn up in most audits. */
export function findingsOf(runId: string): Finding[] {
  const count = 6 + Math.floor(fractionOf(`${runId}|count`) * 4)
  const drawn = POOL.map((entry, i) => ({ entry, rank: fractionOf(`${runId}|${i}`) - (i < 3 ? 0.5 : 0) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ entry }) => entry)
  const sorted = SEVERITIES.flatMap(severity => drawn.filter(entry => entry.severity === severity))
  return sorted.map((entry, i) => ({ id: `HF-${String(i + 1).padStart(2, '0')}`, ...entry }))
}

/** How many of each severity. */
export function countBySeverity(findings: Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const { severity } of findings) counts[severity] += 1
  return counts
}
