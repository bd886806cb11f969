/** Whether a tool's resource scope names arguments that the tool takes, and fields that Gumloop answers with. Pure. */
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import type { OpenApiDocument, OpenApiOperation } from './open-api.ts'
import { operationShape } from './operation-shape.ts'
import type { ToolFile } from './tool-file.ts'

/** `operation` is left out for a tool that is not one. @throws Error that names what is not there */
export function checkResourceScope(
  scope: ToolFile['resource_scope'],
  input: JsonSchema,
  operation?: OpenApiOperation,
  document?: OpenApiDocument,
): void {
  if (typeof scope === 'string') return
  for (const argument of Object.keys(scope.arguments)) {
    if (!Object.hasOwn(input.properties ?? {}, argument))
      throw new Error(`resource_scope.arguments.${argument}: the tool has no such input`)
  }
  const shape = operation && document ? [...operationShape(operation, document).keys()] : []
  for (const field of Object.keys(scope.answer)) {
    if (!shape.some(key => /^answer 2\d\d /.test(key) && key.slice('answer 200 '.length) === field))
      throw new Error(`resource_scope.answer.${field}: Gumloop's response has no such field`)
  }
}
