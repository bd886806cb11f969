/**
 * How a tool takes files from a chat: the same fields for every upload. A chat client has bytes as base64, text that it wrote
 * itself, or a file of the chat that ChatGPT turns into a link (`openai/fileParams`).
 */
import type { JsonSchema } from '../../lambda/catalog/tool.ts'

/** `one`: Gumloop's `file_name` and `file_content`. `many`: Gumloop's `files`. */
export type FileInput = 'one' | 'many'

/** Base64 adds a third, and a request body has at most 5 MB (docs/protocol.md, Limits). */
const SIZE = 'at most 3.5 MB.'

/** Where Gumloop states no limit: each file of a chat is a request of ours. */
const DEFAULT_MAX_FILES = 50

/** The object that ChatGPT fills in. Its contract: these four names, the first two required. */
const CHAT_FILE: JsonSchema = {
  type: 'object',
  properties: {
    download_url: { type: 'string' },
    file_id: { type: 'string' },
    mime_type: { type: 'string' },
    file_name: { type: 'string' },
  },
  required: ['download_url', 'file_id'],
}

/** Top-level field that ChatGPT fills in with files of the chat. */
const CHAT_FIELD: Record<FileInput, string> = { one: 'file', many: 'chat_files' }

/** `_meta` of a tool with such a field. */
export function fileParameters(kind: FileInput): Record<string, unknown> {
  return { 'openai/fileParams': [CHAT_FIELD[kind]] }
}

/**
 * Adds the file fields to `properties`. The schema requires none of them: one of several is needed, which a schema cannot express
 * without `oneOf`, and OpenAI rejects that at the top level. The upload's handler checks it.
 * @param isMultipart whether each file has a media type of its own
 */
export function addFileFields(
  kind: FileInput,
  properties: Record<string, JsonSchema>,
  required: Set<string>,
  isMultipart: boolean,
): void {
  const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 255 }
  const content: JsonSchema = { type: 'string', description: `Base64, ${SIZE}` }
  const text: JsonSchema = { type: 'string', description: 'For a text file, instead of file_content.' }
  if (kind === 'one') {
    for (const field of ['file_name', 'file_content']) required.delete(field)
    Object.assign(properties, { file_name: name, file_content: content, file_text: text })
    properties[CHAT_FIELD.one] = { ...CHAT_FILE, description: 'A file from this chat.' }
    return
  }
  const { maxItems = DEFAULT_MAX_FILES } = properties.files ?? {}
  const count = { minItems: 1, maxItems }
  required.delete('files')
  properties.files = {
    type: 'array',
    description: `In total ${SIZE}`,
    ...count,
    items: {
      type: 'object',
      properties: {
        file_name: name,
        file_content: { type: 'string', description: 'Base64.' },
        file_text: text,
        ...(isMultipart && { media_type: { type: 'string' } }),
      },
      required: ['file_name'],
      additionalProperties: false,
    },
  }
  properties[CHAT_FIELD.many] = {
    type: 'array',
    description: 'Files from this chat.',
    ...count,
    items: CHAT_FILE,
  }
}
