/** The files that agents produce, with contents derived from the run. */

import { timestamp } from '../http/timestamp.ts'
import type { Persona } from '../state/state.ts'
import { toCsv } from './csv.ts'
import { countBySeverity, findingsOf, SEVERITIES } from './findings.ts'
import { type PdfLine, toPdf } from './pdf.ts'
import { barChart, type Rgb } from './png.ts'
import { researchBrief, researchSources } from './research.ts'
import { ticketsOf } from './tickets.ts'

/** The data of a finished run that its files depend on. */
export interface FinishedRun {
  turnId: string
  agentName: string
  input: string
  endedAtMs: number
}

export interface ArtifactFile {
  filename: string
  mediaType: string
  bytes: (run: FinishedRun) => Buffer
}

const SEVERITY_COLORS: Record<string, Rgb> = {
  critical: [158, 42, 43],
  high: [224, 122, 47],
  medium: [226, 184, 71],
  low: [98, 129, 117],
}

function auditCsv(run: FinishedRun): Buffer {
  const rows = findingsOf(run.turnId).map(f => [
    f.id,
    f.severity,
    f.area,
    f.resource,
    f.finding,
    f.recommendation,
  ])
  return Buffer.from(toCsv([['id', 'severity', 'area', 'resource', 'finding', 'recommendation'], ...rows]))
}

function auditReport(run: FinishedRun): Buffer {
  const findings = findingsOf(run.turnId)
  const counts = countBySeverity(findings)
  const lines = [
    '# Security audit',
    '',
    `Task: ${run.input}`,
    `Finished: ${timestamp(run.endedAtMs)}`,
    '',
    '| Severity | Findings |',
    '| --- | --- |',
    ...SEVERITIES.map(severity => `| ${severity} | ${counts[severity]} |`),
    '',
    ...findings.flatMap(f => [
      `## ${f.id} ${f.resource}`,
      '',
      `*${f.severity}, ${f.area}.* ${f.finding}.`,
      '',
      `**Recommendation:** ${f.recommendation}.`,
      '',
    ]),
  ]
  return Buffer.from(lines.join('\n'))
}

function auditPdf(run: FinishedRun): Buffer {
  const findings = findingsOf(run.turnId)
  const lines: PdfLine[] = [
    { text: 'Security audit, summary', sizePt: 20, isBold: true },
    { text: `Harbor & Finch, ${timestamp(run.endedAtMs)}`, sizePt: 10 },
    { text: run.input.slice(0, 90), sizePt: 10 },
    { text: '', sizePt: 10 },
    ...findings.flatMap(f => [
      { text: `${f.id}  ${f.severity.toUpperCase()}  ${f.resource}`, sizePt: 11, isBold: true },
      { text: f.finding.slice(0, 100), sizePt: 9 },
    ]),
  ]
  return toPdf('Security audit, summary', lines)
}

function auditChart(run: FinishedRun): Buffer {
  const counts = countBySeverity(findingsOf(run.turnId))
  return barChart(SEVERITIES.map(s => ({ value: counts[s], color: SEVERITY_COLORS[s] ?? [0, 0, 0] })))
}

const FILES: Record<Persona, ArtifactFile[]> = {
  audit: [
    { filename: 'audit-findings.csv', mediaType: 'text/csv', bytes: auditCsv },
    { filename: 'audit-summary.pdf', mediaType: 'application/pdf', bytes: auditPdf },
    { filename: 'findings-by-severity.png', mediaType: 'image/png', bytes: auditChart },
    { filename: 'audit-report.md', mediaType: 'text/markdown', bytes: auditReport },
  ],
  research: [
    {
      filename: 'market-brief.md',
      mediaType: 'text/markdown',
      bytes: run => Buffer.from(researchBrief(run.turnId, run.input)),
    },
    {
      filename: 'sources.json',
      mediaType: 'application/json',
      bytes: run => Buffer.from(`${JSON.stringify(researchSources(run.turnId), null, 2)}\n`),
    },
  ],
  triage: [
    {
      filename: 'triage.csv',
      mediaType: 'text/csv',
      bytes: run => {
        const rows = ticketsOf(run.turnId).map(t => [t.ticket, t.from, t.subject, t.team, t.urgency])
        return Buffer.from(toCsv([['ticket', 'from', 'subject', 'team', 'urgency'], ...rows]))
      },
    },
  ],
  approver: [],
  broken: [],
  assistant: [],
}

/** The files that a completed run of this kind of agent produces. */
export function artifactFilesOf(persona: Persona): ArtifactFile[] {
  return FILES[persona]
}
