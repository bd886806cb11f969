/** Validates the messages of a chat completion and extracts what the model would see: text and images. */

import { imageFacts } from '../content/image-size.ts'
import { decodeBase64 } from '../http/base64.ts'
import { badRequest } from '../http/error-response.ts'
import { objectField, textField } from '../http/fields.ts'
import { isObject, type JsonObject } from '../http/request-check.ts'

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool']
const IMAGE_LIMIT_BYTES = 20 * 1024 * 1024

export interface ChatInput {
  /** Text of the last user message. */
  question: string
  /** One phrase for each image of the last user message: `a 360 × 200 PNG`. */
  images: string[]
  /** Number of characters in all texts. */
  characters: number
}

function imageFromDataUrl(url: string, at: string): string {
  const [, mediaType, data] = /^data:([a-z/+.-]+);base64,(.*)$/is.exec(url) ?? []
  const bytes = data === undefined ? null : decodeBase64(data)
  if (bytes === null) throw badRequest('The image is not a base64 data URL.', at)
  if (bytes.length > IMAGE_LIMIT_BYTES) throw badRequest('An image must not exceed 20 MB.', at)
  const facts = imageFacts(bytes)
  if (facts === null) throw badRequest('Images must be JPEG, PNG, GIF or WebP.', at)
  if (facts.mediaType !== mediaType?.toLowerCase()) {
    throw badRequest(`The data URL declares ${mediaType}, but the bytes are ${facts.mediaType}.`, at)
  }
  const kind = facts.mediaType.slice('image/'.length).toUpperCase()
  return facts.widthPx === null ? `a ${kind}` : `a ${facts.widthPx} × ${facts.heightPx} ${kind}`
}

/** @throws ApiError 400 for a URL that Gumloop would not fetch; the sandbox fetches no URL */
function imageFrom(part: JsonObject, at: string): string {
  const url = textField(objectField(part, 'image_url'), 'url') ?? textField(part, 'image_url')
  if (url === undefined) throw badRequest('image_url.url is required.', at)
  if (url.startsWith('data:')) return imageFromDataUrl(url, at)
  if (!URL.canParse(url) || !/^https?:\/\//i.test(url))
    throw badRequest('image_url.url must be a data URL or an http(s) URL.', at)
  return `an image from ${new URL(url).host}`
}

function readContent(content: unknown, role: string, at: string): { text: string; images: string[] } {
  if (typeof content === 'string') return { text: content, images: [] }
  if (content === undefined || content === null) {
    if (role === 'assistant') return { text: '', images: [] }
    throw badRequest('content is required.', at)
  }
  if (!Array.isArray(content)) throw badRequest('content must be a string or an array of parts.', at)
  const texts: string[] = []
  const images: string[] = []
  for (const [i, part] of content.entries()) {
    const here = `${at}[${i}]`
    if (!isObject(part)) throw badRequest('A content part must be an object.', here)
    if (part.type === 'text') texts.push(textField(part, 'text') ?? '')
    else if (part.type === 'image_url' && role === 'user') images.push(imageFrom(part, `${here}.image_url`))
    else
      throw badRequest(
        `A ${role} message cannot contain a part of type "${String(part.type)}".`,
        `${here}.type`,
      )
  }
  return { text: texts.join('\n'), images }
}

/** @throws ApiError 400 with `param` such as `messages[3].tool_call_id` */
export function readMessages(messages: JsonObject[]): ChatInput {
  const input: ChatInput = { question: '', images: [], characters: 0 }
  if (messages.length === 0) throw badRequest('messages must not be empty.', 'messages')
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`
    const role = textField(message, 'role') ?? ''
    if (!ROLES.includes(role)) throw badRequest(`role must be one of ${ROLES.join(', ')}.`, `${at}.role`)
    if (role === 'tool' && textField(message, 'tool_call_id') === undefined) {
      throw badRequest('A tool message requires tool_call_id.', `${at}.tool_call_id`)
    }
    const { text, images } = readContent(message.content, role, `${at}.content`)
    input.characters += text.length
    if (role === 'user') Object.assign(input, { question: text, images })
  }
  return input
}
