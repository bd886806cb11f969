/** The JSON Schemas in a tool's file: only the keywords that models and the argument check understand. */
import { z } from 'zod'
import type { JsonSchema } from '../../lambda/catalog/tool.ts'

const optional = z.exactOptional

/** A whole schema. */
export const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() => keywords)

const keywords = z.strictObject({
  type: optional(z.union([z.string(), z.array(z.string())])),
  description: optional(z.string()),
  properties: optional(z.record(z.string(), jsonSchema)),
  required: optional(z.array(z.string())),
  additionalProperties: optional(z.union([z.boolean(), jsonSchema])),
  items: optional(jsonSchema),
  enum: optional(z.array(z.unknown())),
  default: optional(z.unknown()),
  minimum: optional(z.number()),
  maximum: optional(z.number()),
  minLength: optional(z.number()),
  maxLength: optional(z.number()),
  minItems: optional(z.number()),
  maxItems: optional(z.number()),
  pattern: optional(z.string()),
})

/** A change to one field: keywords to set, or null to remove one; whether the field is required or hidden. */
export const schemaChange = z.strictObject({
  ...Object.fromEntries(Object.entries(keywords.shape).map(([name, keyword]) => [name, keyword.nullable()])),
  required: optional(z.union([z.boolean(), z.array(z.string())])),
  hidden: optional(z.boolean()),
})
