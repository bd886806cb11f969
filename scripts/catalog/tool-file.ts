/**
 * The file of one tool, `catalog/tools/NAME.yaml`: what Gumloop's API description does not say about it, or not well enough for
 * a model. Everything that decides about safety is required and unknown keys are rejected, so that a typing error cannot make a
 * tool less guarded than intended.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { nearest } from '../../lambda/shared/edit-distance.ts'
import { describeCause } from '../../lambda/shared/errors.ts'
import { jsonSchema, schemaChange } from './json-schema-file.ts'
import { CATALOG_FOLDER } from './open-api.ts'

/** What a connector's `tags` can name. A closed list: a misspelled tag would take a tool out of the limits that name it. */
const TAGS = [
  'access',
  'agents',
  'artifacts',
  'brain',
  'browser_profiles',
  'chat',
  'evaluations',
  'files',
  'flows',
  'mcp',
  'models',
  'organization',
  'sessions',
  'skills',
  'teams',
  'triggers',
  'wiki',
] as const

/** Agents and flows, and what belongs to exactly one of them. */
const RESOURCES = ['agent', 'artifact', 'flow', 'flow_run', 'session', 'workbook'] as const

/**
 * What ties a call to agents and flows, for connectors that are limited to some of them.
 * `none`: nothing does, so such a connector does not offer the tool. `delegated`: the tool calls others, whose scopes apply.
 */
const resourceScope = z.union(
  [
    z.literal(['none', 'delegated']),
    z
      .strictObject({
        /** Argument → what its value identifies. */
        arguments: z.record(z.string(), z.enum(RESOURCES)).default({}),
        /** Field of Gumloop's response (`sessions[].agent_id`) → what its value identifies. */
        response: z.record(z.string(), z.enum(RESOURCES)).default({}),
      })
      .refine(scope => Object.keys({ ...scope.arguments, ...scope.response }).length > 0),
  ],
  {
    error: `must be none, delegated, or an object with arguments, response or both: each maps names to ${RESOURCES.join(', ')}`,
  },
)

const toolFileSchema = z
  .strictObject({
    /** `operationId` in the API description; left out for a tool that is not one operation, which then has `input`. */
    operation: z.string().min(1).optional(),
    title: z.string().min(3).max(60),
    description: z.string().min(40).max(1024),
    method_group: z.enum(['read', 'write', 'custom']),
    /**
     * Version of the catalog that the tool came with. A connector does not offer tools of later versions than its own, so that
     * an update of the product widens none. A release that adds tools has one new version.
     */
    since: z.int().min(1),
    tags: z.array(z.enum(TAGS)),
    /** Listed by the default connector. */
    essential: z.boolean().default(false),
    /** All four are required: there are no safe defaults. */
    hints: z.strictObject({
      read_only: z.boolean(),
      destructive: z.boolean(),
      idempotent: z.boolean(),
      open_world: z.boolean(),
    }),
    resource_scope: resourceScope,
    /** Words that people search for and the texts do not have. */
    search_words: z.array(z.string()).default([]),
    /** Changes to single input fields: `hidden`, `required`, or keywords of their schema; null removes a keyword. */
    fields: z.record(z.string(), schemaChange).default({}),
    /** Input fields that null empties. For every other field, null means that it is left out. */
    null_clears: z.array(z.string()).default([]),
    /** Input fields that are ours, not Gumloop's; `required` may be true. */
    extra_fields: z.record(z.string(), schemaChange).default({}),
    /** The whole input of a tool that is not one operation. */
    input: jsonSchema.optional(),
    /** Makes it a list tool: the key of the items in Gumloop's response, and Gumloop's paging. */
    list: z.strictObject({ items: z.string(), paging: z.enum(['cursor', 'page', 'none']) }).optional(),
    runs: z.enum(['session', 'flow_run']).optional(),
    /** Results can be read part by part, with `output`, `offset` and `limit`. */
    takes_parts: z.boolean().default(false),
    /** For a change that chooses what it acts on: a key that was dropped could have been what it was to act on. */
    refuses_unknown_keys: z.boolean().default(false),
    /** Takes one file or many files from the chat: see `file-input.ts`. */
    file_input: z.enum(['one', 'many']).optional(),
    /** Gumloop's limits on the files of one call. */
    upload_limits: z
      .strictObject({ file_megabytes: z.number().optional(), total_megabytes: z.number().optional() })
      .optional(),
    /** Gumloop responds with a file, not with JSON. */
    answer: z.literal('bytes').optional(),
    /** Top-level output fields that are ours, and their schemas. */
    output: z.record(z.string(), jsonSchema).default({}),
    no_account_defaults: z.array(z.enum(['user_id', 'project_id', 'team_id'])).default([]),
    deadline_seconds: z.number().optional(),
    meta: z.record(z.string(), z.unknown()).optional(),
    handler: z.string().optional(),
  })
  .refine(file => (file.operation === undefined) !== (file.input === undefined), {
    error:
      'needs either operation or input: the operation of Gumloop that it is, or the input of a tool of ours',
  })
export type ToolFile = z.infer<typeof toolFileSchema>

/** The parsed text of a tool's file. @throws Error that names file and field, one line per error. */
export function parseToolFile(text: string, file: string): ToolFile {
  let raw: unknown
  try {
    raw = parse(text)
  } catch (error) {
    throw new Error(`${file}: ${describeCause(error)}`)
  }
  const parsed = toolFileSchema.safeParse(raw, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new Error(parsed.error.issues.map(issue => `${file}: ${issueText(issue)}`).join('\n'))
}

/** The field and what it must be, for the file's author. */
function issueText(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.keys.map(key => {
      if (field !== '') return `${field}.${key} is not known`
      const meant = nearest(key, Object.keys(toolFileSchema.shape))
      return `${key} is not known${meant === undefined ? '' : `; did you mean ${meant}?`}`
    })
    return texts.join(', ')
  }
  if (issue.input === undefined) return `${field} is required`
  return field === '' ? issue.message : `${field}: ${issue.message}`
}

/** All tool files by tool name, which is the file's name, in alphabetical order. @throws Error as `parseToolFile` */
export function readToolFiles(folder = CATALOG_FOLDER): Map<string, ToolFile> {
  const names = readdirSync(path.join(folder, 'tools')).sort()
  return new Map(
    names
      .filter(name => name.endsWith('.yaml'))
      .map(name => {
        const text = readFileSync(path.join(folder, 'tools', name), 'utf8')
        return [path.basename(name, '.yaml'), parseToolFile(text, `catalog/tools/${name}`)]
      }),
  )
}
