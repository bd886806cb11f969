/** The findings of the Security Audit Agent, drawn from a fixed pool. Deterministic for each run. */
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
    finding: 'Publicly readable: a policy from 2023 allows "*", for unknown reasons',
    recommendation: 'Block public access today; ask Finance, who share the links, who needs access',
  },
  {
    severity: 'critical',
    area: 'Identity',
    resource: 'user deploy-bot',
    finding:
      'An access key that is 1,204 days old, has administrator rights, and was last used from two countries',
    recommendation: 'Disable the key, monitor for an hour, then move the workload to a role',
  },
  {
    severity: 'high',
    area: 'Network',
    resource: 'security group sg-bastion',
    finding: 'Port 22 is open to 0.0.0.0/0 although a session manager is in use',
    recommendation: 'Remove the rule; it has had no traffic for 90 days',
  },
  {
    severity: 'high',
    area: 'Identity',
    resource: 'root account',
    finding: 'No second factor on the root account of the staging organization',
    recommendation: 'Register two hardware keys and store them in different places',
  },
  {
    severity: 'high',
    area: 'Secrets',
    resource: 'function order-sync',
    finding: 'A plaintext database password in an environment variable, "temporarily"',
    recommendation: 'Move it to the secret store and rotate it, since the logs may hold it',
  },
  {
    severity: 'medium',
    area: 'Logging',
    resource: 'trail management-events',
    finding: 'Logs are retained for 30 days; the contract with Aldermoor Travel requires 365',
    recommendation: 'Raise the retention; it costs about 4 dollars a month',
  },
  {
    severity: 'medium',
    area: 'Backup',
    resource: 'database catalog-eu',
    finding: 'Snapshots run every night, and none has ever been restored',
    recommendation: 'Test a restore every month and record how long it takes',
  },
  {
    severity: 'medium',
    area: 'Dependencies',
    resource: 'service checkout',
    finding: 'Three packages with published vulnerabilities, one of them reachable from the cart page',
    recommendation: 'Update two; replace the third, which is no longer maintained',
  },
  {
    severity: 'medium',
    area: 'Network',
    resource: 'load balancer web-eu',
    finding: 'Accepts TLS 1.0 and 1.1 because of one warehouse scanner',
    recommendation: 'Give the scanner its own listener and disable the old versions for all other clients',
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
    finding: 'Has been in the state "insufficient data" since it was created',
    recommendation: 'Point it at the metric that exists, or delete it',
  },
]

/** Six to nine findings, most severe first. The first three of the pool appear in most audits. */
export function findingsOf(runId: string): Finding[] {
  const count = 6 + Math.floor(fractionOf(`${runId}|count`) * 4)
  const drawn = POOL.map((entry, i) => ({ entry, rank: fractionOf(`${runId}|${i}`) - (i < 3 ? 0.5 : 0) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ entry }) => entry)
  const sorted = SEVERITIES.flatMap(severity => drawn.filter(entry => entry.severity === severity))
  return sorted.map((entry, i) => ({ id: `HF-${String(i + 1).padStart(2, '0')}`, ...entry }))
}

/** The number of findings per severity. */
export function countBySeverity(findings: Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const { severity } of findings) counts[severity] += 1
  return counts
}
