/** Deterministic arguments for a tool, from its input schema: the minimum, all fields, and invalid ones. */
import type { CatalogTool, JsonSchema } from '../../lambda/catalog/tool.ts'
import { writePosition } from '../../lambda/gumloop/paging.ts'

export type ToolArguments = Record<string, unknown>

/** What a schema does not express: fields of which one is required, and values that must match the mock's examples. */
const LEAST: Record<string, ToolArguments> = {
  list_all_gumloop_artifacts: { agent_id: 'agent_id-1' },
  list_all_gumloop_flow_runs: { saved_item_id: 'saved_item_id-1' },
  upload_a_gumloop_flow_file: { file_name: 'a.txt', file_text: 'a' },
  upload_a_gumloop_session_file: { file_name: 'a.txt', file_text: 'a' },
  upload_many_gumloop_flow_files: { files: [{ file_name: 'a.txt', file_text: 'a' }] },
  upload_gumloop_brain_files: { files: [{ file_name: 'a.txt', file_text: 'a' }] },
  create_a_gumloop_skill: { files: [{ file_name: 'SKILL.md', file_text: 'a' }] },
  update_a_gumloop_skill_by_id: { files: [{ file_name: 'SKILL.md', file_text: 'a' }] },
  update_a_gumloop_browser_profile_by_id: { name: 'a' },
  create_a_gumloop_agent_trigger: { type: 'schedule', cron_expression: '0 9 * * 1' },
  ask_a_gumloop_decision_model: { questions: { bug: { type: 'noul', instructions: 'Is it a bug?' } } },
}
/** The same for all arguments; undefined leaves one out that another excludes. */
const MOST: Record<string, ToolArguments> = {
  create_a_gumloop_agent_trigger: { type: 'schedule', run_at: undefined, integration: undefined },
  update_a_gumloop_agent_trigger_by_id: { run_at: undefined, integration: { operator_name: 'a' } },
  ask_a_gumloop_decision_model: LEAST.ask_a_gumloop_decision_model ?? {},
}
/** The mock's files are empty and its runs never end. */
const FULL: ToolArguments = { offset: 0, wait_seconds: 0 }
/**
 * Alternatives to other fields: base64 covers the three ways to pass a file, and there is no chat to fetch from. `output` names a part
 * of a result, and the mock's results have few.
 */
const LEFT_OUT = new Set(['file', 'chat_files', 'file_text', 'output'])

/** Required fields only. */
export function leastArguments(tool: CatalogTool): ToolArguments {
  const made = objectOf(tool.definition.inputSchema, false)
  return { ...made, ...LEAST[tool.name] }
}

/** All fields, including nested ones. */
export function fullArguments(tool: CatalogTool): ToolArguments {
  const made = objectOf(tool.definition.inputSchema, true)
  for (const [name, value] of Object.entries(FULL)) if (name in made) made[name] = value
  const kind = tool.plan?.paging?.kind
  if ('next_cursor' in made && kind === 'none') made.next_cursor = writePosition('o', 1)
  if ('next_cursor' in made && kind === 'page') made.next_cursor = writePosition('p', 2)
  const all = Object.entries({ ...made, ...MOST[tool.name] })
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

export interface BrokenArguments {
  /** The error in them. */
  error: string
  args: unknown
}

/** One error each: a missing or unknown field, a wrong type, a value outside its limits, an ID that is a path. */
export function brokenArguments(tool: CatalogTool): BrokenArguments[] {
  const schema = tool.definition.inputSchema
  const good = fullArguments(tool)
  const out: BrokenArguments[] = []
  // Only a name that resembles a field is refused: it may be a typing error. Clients add other fields of their own.
  const [field] = Object.keys(schema.properties ?? {})
  if (field !== undefined) out.push({ error: 'a misspelled field', args: { ...good, [`${field}x`]: 1 } })
  for (const name of schema.required ?? []) {
    const { [name]: _, ...rest } = good
    out.push({ error: `${name} missing`, args: rest })
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(name) === true
    const accepted = { ...property, type: [...typesOf(property), ...(tool.alsoAccepts?.[name] ?? [])] }
    for (const [error, value] of wrongValues(
      typesOf(property).length === 0 ? property : accepted,
      isRequired,
    ))
      out.push({ error: `${name} ${error}`, args: { ...good, [name]: value } })
  }
  for (const name of tool.plan?.pathFields ?? []) {
    for (const id of ['..', '../x', 'a/b', 'a%2Fb', 'a\\b', 'a?b', 'a#b', 'a\nb']) {
      out.push({ error: `${name} ${JSON.stringify(id)}`, args: { ...good, [name]: id } })
    }
  }
  return out
}

/** Null and an empty text are wrong in a required field only: elsewhere they count as left out. */
function wrongValues(schema: JsonSchema, isRequired: boolean): [error: string, value: unknown][] {
  const types = typesOf(schema)
  if (types.length === 0) return []
  const out: [string, unknown][] = [['of the wrong type', valueOfOtherType(types)]]
  if (isRequired && !types.includes('null')) out.push(['null', null])
  if (schema.enum) out.push(['none of its values', 'no such value'])
  if (schema.minimum !== undefined) out.push(['too small', schema.minimum - 1])
  if (schema.maximum !== undefined) out.push(['too large', schema.maximum + 1])
  if (schema.minLength !== undefined && (isRequired || schema.minLength > 1)) {
    out.push(['too short', 'x'.repeat(schema.minLength - 1)])
  }
  if (schema.maxLength !== undefined) out.push(['too long', 'x'.repeat(schema.maxLength + 1)])
  if (schema.minItems) out.push(['too few', []])
  if (schema.maxItems !== undefined && schema.items) {
    const item = sampleOf('item', schema.items, true, 1)
    out.push(['too many', Array.from({ length: schema.maxItems + 1 }, () => item)])
  }
  if (types.includes('array') && schema.items && typesOf(schema.items).length > 0) {
    out.push(['with a wrong item', [valueOfOtherType(typesOf(schema.items))]])
  }
  return out
}

function valueOfOtherType(types: string[]): unknown {
  if (!types.includes('object')) return { wrong: true }
  // Text for an object may be its JSON, and a number may be meant as text: both are taken.
  return types.includes('array') ? 5 : [{ wrong: true }]
}

/** @param position makes the items of a list distinct */
function objectOf(schema: JsonSchema, isFull: boolean, position = 1): ToolArguments {
  const required = schema.required ?? []
  const wanted = Object.entries(schema.properties ?? {}).filter(([name]) =>
    isFull ? !LEFT_OUT.has(name) : required.includes(name),
  )
  const made = wanted.map(([name, property]) => [name, sampleOf(name, property, isFull, position)])
  const isOpen = schema.properties === undefined && schema.additionalProperties !== false
  return isFull && isOpen ? { any_field: 'any value' } : Object.fromEntries(made)
}

function sampleOf(name: string, schema: JsonSchema, isFull: boolean, position: number): unknown {
  if (schema.enum) return isFull ? schema.enum.at(-1) : schema.enum[0]
  switch (typesOf(schema)[0]) {
    case 'string':
      return textOf(name, schema, position)
    case 'integer':
    case 'number':
      return isFull ? (schema.maximum ?? (schema.minimum ?? 0) + 1) : (schema.minimum ?? 1)
    case 'boolean':
      return isFull
    case 'array': {
      const length = isFull ? Math.min(2, schema.maxItems ?? 2) : (schema.minItems ?? 0)
      const item = schema.items ?? { type: 'string' }
      return Array.from({ length }, (_, index) => sampleOf(name, item, isFull, index + 1))
    }
    default:
      return objectOf(schema, isFull, position)
  }
}

function textOf(name: string, schema: JsonSchema, position: number): string {
  if (name === 'file_content') return Buffer.from(name).toString('base64')
  if (name === 'media_type') return 'text/plain'
  if (/(_time|_date|_ts|_after|_before)$/.test(name)) return '2026-11-22T15:04:05Z'
  const text = `${name}-${position}`
  return schema.maxLength === undefined ? text : text.slice(0, schema.maxLength)
}

function typesOf(schema: JsonSchema): string[] {
  return schema.type === undefined ? [] : [schema.type].flat()
}
