/** Where the description and the tool files do not fit together, in sentences for whoever closes the gaps. Pure. */
import { type OpenApiDocument, operationsOf } from './open-api.ts'
import type { ToolFile } from './tool-file.ts'

/** One sentence per operation without a file, and per file whose operation is gone. */
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
        : [`${operation} is gone: delete catalog/tools/${name}.yaml`],
    ),
  ]
}
