/** Differences between two descriptions, for a person to read. Pure. */
import { type Differences, isSame, type NamedOperation } from './compare-descriptions.ts'

/** Text of the description is another's: it is cut, and cannot steer a terminal. */
const MAX_LINE_CHARACTERS = 240

export function differencesText(differences: Differences, source: string, operationCount: number): string {
  if (isSame(differences)) return `The catalog agrees with ${source}: ${operationCount} operations.`
  const { added, gone, changed } = differences
  return [
    `The catalog differs from ${source}: ${added.length} new, ${gone.length} gone, ${changed.length} changed.`,
    ...part('New operations', added.map(title)),
    ...part('Gone operations', gone.map(title)),
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
