/**
 * Validates responses against Gumloop's API description, more strictly than it is written: it marks hardly any
 * property as required, so every documented property must be present unless `OPTIONAL` lists it with a reason.
 */
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { findRoute } from '../../sandbox/http/router.ts'

type Node = Record<string, unknown>

const description: Node = JSON.parse(
  readFileSync(new URL('../../catalog/gumloop-openapi.json', import.meta.url), 'utf8'),
)

/** Properties that a response may omit. */
const OPTIONAL = new Set([
  'last_used_at', // only on request
  'last_updated_at', // only on request
  'next_cursor', // GET /agents: only on paged requests
  'finished_ts', // absent before the run ends; the description does not allow null
  'tool_calls', // chat: only when there are some
  'reasoning',
  'images',
  'type', // agents: the response to an update; error objects of tool results
  'skill_ids', // null or absent where not loaded
  'usage', // absent on create, send and cancel
])

/** Settings that a person makes or does not make: no field of them is always there. */
const OPEN_SCHEMAS = new Set(['AgentTool', 'AgentSettings', 'AgentAbilities'])

/** Statuses of the sandbox that the description omits, with the reason. */
const UNDOCUMENTED: Record<string, number[]> = {
  startFlow: [204], // reported of Gumloop: docs/gumloop-api.md, Flows
  listSessions: [400], // page_size, cursor and sort_order can be invalid here too
  retrieveSession: [400], // stream=true on the wrong host
  getAutomationRun: [401, 403],
  downloadFile: [401],
  listTeams: [403],
  listRoleCreditLimits: [400], // user_id is required
  getRoleCreditLimit: [400],
  // The agent may be unknown.
  listEvaluations: [404],
  getEvaluationMetrics: [404],
  getEvaluationConfig: [404],
  updateEvaluationConfig: [404],
  listOrganizationEvaluations: [404], // the organization may be unknown
  createOrganizationEvaluation: [404],
}

/** Statuses that any operation may return: the sandbox's own errors and injected failures. */
const ALWAYS = [405, 501]

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert)
  return isNode(value) ? toJsonSchema(value) : value
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, properties become required. */
function toJsonSchema(value: unknown): Node {
  if (!isNode(value)) throw new Error(`Not a schema: ${JSON.stringify(value)}`)
  const out: Node = {}
  for (const [key, entry] of Object.entries(value)) {
    if (key === 'example' || key === 'examples' || key === 'nullable' || key.startsWith('x-')) continue
    out[key] = key === 'properties' && isNode(entry) ? mapValues(entry) : convert(entry)
  }
  if (typeof out.$ref === 'string') out.$ref = out.$ref.replace('#/components/schemas/', 'gumloop#/$defs/')
  if (isNode(value.properties)) {
    out.required = Object.keys(value.properties).filter(name => !OPTIONAL.has(name))
  }
  if (value.nullable !== true) return out
  if (typeof out.type === 'string') return { ...out, type: [out.type, 'null'] }
  return { anyOf: [out, { type: 'null' }] }
}

function mapValues(node: Node): Node {
  return Object.fromEntries(Object.entries(node).map(([name, entry]) => [name, convert(entry)]))
}

function withoutRequired(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRequired)
  if (!isNode(value)) return value
  const { required: _, ...rest } = value
  return Object.fromEntries(Object.entries(rest).map(([key, entry]) => [key, withoutRequired(entry)]))
}

function inside(node: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((at, key) => (isNode(at) ? at[key] : undefined), node)
}

const schemas = inside(description, 'components', 'schemas')
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
const definitions = mapValues(isNode(schemas) ? schemas : {})
for (const name of OPEN_SCHEMAS) definitions[name] = withoutRequired(definitions[name])
ajv.addSchema({ $id: 'gumloop', $defs: definitions })
const compiled = new Map<string, ValidateFunction>()

/** The violations in a response, as text. */
export function failuresOfAnswer(
  method: string,
  path: string,
  status: number,
  contentType: string | null,
  body: Buffer,
): string[] {
  let operation: ReturnType<typeof findRoute>['operation']
  try {
    operation = findRoute(method, path).operation
  } catch {
    return [] // The description does not cover an unknown path or method.
  }
  const found = inside(
    description,
    'paths',
    operation.path,
    method.toLowerCase(),
    'responses',
    String(status),
  )
  if (!isNode(found)) {
    const isKnown = ALWAYS.includes(status) || UNDOCUMENTED[operation.id]?.includes(status) === true
    return isKnown ? [] : [`${operation.id}: status ${status} is not documented`]
  }
  const reference = typeof found.$ref === 'string' ? found.$ref.split('/').slice(1) : null
  const response = reference === null ? found : inside(description, ...reference)
  const content = inside(response, 'content')
  if (!isNode(content)) return []
  const mediaType = contentType?.split(';')[0] ?? ''
  const declared = content[mediaType]
  if (declared === undefined) return [`${operation.id}: ${status} is not served as "${mediaType}"`]
  if (mediaType !== 'application/json') return []
  const key = `${operation.id} ${status}`
  const validate = compiled.get(key) ?? ajv.compile(toJsonSchema(inside(declared, 'schema')))
  compiled.set(key, validate)
  if (validate(JSON.parse(body.toString('utf8')))) return []
  return (validate.errors ?? []).map(error => `${key}: ${error.instancePath} ${error.message}`)
}
