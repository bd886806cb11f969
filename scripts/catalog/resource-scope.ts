/** Checks that a tool's resource scope names inputs that the tool has, and fields that Gumloop's response has. Pure. */
import type { JsonSchema } from '../../lambda/catalog/tool.ts'
import type { OpenApiDocument, OpenApiOperation } from './open-api.ts'
import { operationShape } from './operation-shape.ts'
import type { ToolFile } from './tool-file.ts'

/** `operation` and `document` are absent for a tool that is not one operation. @throws Error that names what is missing */
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
  for (const field of Object.keys(scope.response)) {
    if (!shape.some(key => /^response 2\d\d /.test(key) && key.slice('response 200 '.length) === field))
      throw new Error(`resource_scope.response.${field}: Gumloop's response has no such field`)
  }
}
