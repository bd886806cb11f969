/** Where the description, the table and the records do not fit together, in sentences for whoever closes the gaps. Pure. */
import { operationsByRoute } from './compare-descriptions.ts'
import type { OpenApiDocument, ToolRow } from './read-sources.ts'

export function catalogGaps(
  document: OpenApiDocument,
  rows: readonly ToolRow[],
  records: ReadonlySet<string>,
): string[] {
  const operations = [...operationsByRoute(document).values()]
  const rowById = new Map(rows.map(row => [row.operationId, row]))
  const routeById = new Map(operations.map(one => [one.operationId, one.route]))
  return [
    ...operations
      .filter(one => !rowById.has(one.operationId))
      .map(one => `${one.operationId} (${one.route}) wants a row in tools.tsv and a record`),
    ...rows.flatMap(row => {
      const route = routeById.get(row.operationId)
      if (route === undefined)
        return [
          `${row.operationId} is gone: take its row out of tools.tsv and delete tools/${row.tool}.yaml`,
        ]
      const isMoved = route !== `${row.method} ${row.path}`
      return [
        ...(isMoved ? [`${row.operationId} is ${route} now: correct its row in tools.tsv`] : []),
        ...(records.has(row.tool)
          ? []
          : [`${row.operationId} (${route}) wants a record: tools/${row.tool}.yaml`]),
      ]
    }),
  ]
}
