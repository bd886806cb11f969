/** The result of `catalog:drift` as text. */
import type { Drift, Gap } from './compare-with-sdk.ts'

const HEADINGS: Record<Gap['kind'], string> = {
  endpoint: 'Endpoints that the catalog lacks',
  query: 'Query parameters',
  body: 'Fields of requests',
  response: 'Fields of responses',
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title} (${lines.length}):`, ...lines.map(line => `  ${line}`), '']
}

/** @param added the endpoints that are new since an older version of the SDK; null where none was named */
export function driftText(drift: Drift, added: { since: string; endpoints: string[] } | null): string {
  const gaps = (kind: Gap['kind']) => drift.missing.filter(gap => gap.kind === kind).map(gap => gap.at)
  const kinds = ['endpoint', 'query', 'body', 'response'] as const
  return [
    `Gumloop's Python SDK ${drift.version}: ${drift.endpointCount} endpoints.`,
    '',
    ...(added === null ? [] : section(`New since ${added.since}`, added.endpoints)),
    ...kinds.flatMap(kind => section(HEADINGS[kind], gaps(kind))),
    ...section(
      'Omissions that are no longer needed; delete them from scripts/drift/omissions.json',
      drift.unused.map(({ kind, at }) => `${kind} ${at}`),
    ),
    `${drift.missing.length} missing, ${drift.omitted.length} left out on purpose.`,
  ].join('\n')
}
