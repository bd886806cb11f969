/** Where the API description and the tool files do not match, in sentences for the person who fixes it. Pure. */
import { type OpenApiDocument, operationsOf } from './open-api.ts'
import type { ToolFile } from './tool-file.ts'

/** One sentence for each operation without a file, and for each file whose operation was removed. */
export function catalogGaps(document: OpenApiDocument, files: ReadonlyMap<string, ToolFile>): string[] {
  const operations = operationsOf(document)
  const described = new Set(operations.map(one => one.operation.operationId))
  const documented = new Set([...files.values()].map(file => file.operation))
  return [
    ...operations
      .filter(({ operation }) => !documented.has(operation.operationId))
      .map(({ operation, method, path }) => {
        const { operationId } = operation
        return `${operationId} (${method} ${path}) has no tool: add catalog/tools/NAME.yaml with operation: ${operationId}`
      }),
    ...[...files].flatMap(([name, { operation }]) =>
      operation === undefined || described.has(operation)
        ? []
        : [`${operation} was removed: delete catalog/tools/${name}.yaml`],
    ),
  ]
}
