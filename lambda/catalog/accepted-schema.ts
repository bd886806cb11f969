/** The schema that a call is checked against: the one that clients see, and what it does not say there. */
import type { CatalogTool, JsonSchema } from './tool.ts'

const accepted = new WeakMap<CatalogTool, JsonSchema>()

/**
 * The input schema of a tool, closed to unknown fields where it is, with the types that it takes beside the listed one.
 * Made once per tool. Some clients cannot load a schema that says either (docs/protocol.md).
 */
export function acceptedSchema(tool: CatalogTool): JsonSchema {
  const known = accepted.get(tool)
  if (known) return known
  const { definition, alsoAccepts = {}, closedFields = [] } = tool
  const schema: JsonSchema = { ...structuredClone(definition.inputSchema), additionalProperties: false }
  for (const path of closedFields) {
    const field = fieldAt(schema, path.split('.'))
    if (field) field.additionalProperties = false
  }
  for (const [name, types] of Object.entries(alsoAccepts)) {
    const field = schema.properties?.[name]
    if (field) field.type = [field.type ?? [], types].flat()
  }
  accepted.set(tool, schema)
  return schema
}

/** `config.items` or `files.[]`: fields by name, `[]` for the items of a list. */
function fieldAt(schema: JsonSchema, path: readonly string[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(
    (field, name) => (name === '[]' ? field?.items : field?.properties?.[name]),
    schema,
  )
}
