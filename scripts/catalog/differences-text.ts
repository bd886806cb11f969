/** Differences between two descriptions, for a person to read. Pure. */
import { type Differences, isSame, type NamedOperation } from './compare-descriptions.ts'

/** Texts of the description are not ours: they are cut, and their control characters removed. */
const MAX_LINE_CHARACTERS = 240

export function differencesText(differences: Differences, source: string, operationCount: number): string {
  if (isSame(differences))
    return `No differences: the catalog matches ${source} (${operationCount} operations).`
  const { added, removed, changed } = differences
  return [
    `The catalog differs from ${source}: ${added.length} new, ${removed.length} removed, ${changed.length} changed.`,
    ...part('New operations', added.map(title)),
    ...part('Removed operations', removed.map(title)),
    ...part(
      'Changed operations',
      changed.flatMap(one => [title(one), ...one.changes.map(change => `  ${change}`)]),
    ),
  ].join('\n')
}

function part(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map(line => `  ${clean(line)}`)]
}

function title({ route, operationId, summary }: NamedOperation): string {
  return `${route} (${operationId})${summary === undefined ? '' : `: ${summary}`}`
}

function clean(line: string): string {
  const plain = line.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
  return plain.length > MAX_LINE_CHARACTERS ? `${plain.slice(0, MAX_LINE_CHARACTERS)}…` : plain
}
