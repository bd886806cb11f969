/** Chat completions: images in messages are checked; generated images, data URLs in Gumloop's JSON, become image content. */
import { stringOrNull } from '../../runs/observe/session-record.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import type { ContentBlock, ToolHandler } from '../tool-call.ts'
import { imageErrors } from './chat-images.ts'

/** Images in one result, as base64 characters (docs/protocol.md, Limits). */
export const MAX_IMAGE_CHARACTERS = 4 * 1024 * 1024

export const createChatCompletion: ToolHandler = async ({ tool, args, operation }) => {
  const errors = imageErrors(args.messages)
  if (errors.length > 0) {
    throw new AppError('invalid_arguments', 'An image is invalid.', { errors, mayHaveTakenEffect: false })
  }
  const { value } = await operation(tool.name, { ...args, stream: false })
  const images: ContentBlock[] = []
  let used = 0
  const take = (url: string): string => {
    const match = /^data:(image\/[\w.+-]{1,40});base64,([A-Za-z0-9+/=\s]+)$/.exec(url)
    const [, mimeType = '', data = ''] = match ?? []
    if (!match) return url
    if (used + data.length > MAX_IMAGE_CHARACTERS) {
      return `[${mimeType}, ${data.length} base64 characters, omitted: the limit for a result is ${MAX_IMAGE_CHARACTERS}. Request a smaller size in image_config.]`
    }
    used += data.length
    images.push({ type: 'image', data, mimeType })
    return `[${mimeType}: image ${images.length} of this result's content]`
  }
  const record = isObject(value) ? value : {}
  const choices = (Array.isArray(record.choices) ? record.choices : []).map(choice =>
    withImagesTaken(choice, take),
  )
  const first = choices[0]
  const message = isObject(first) && isObject(first.message) ? first.message : {}
  return { structured: { answer: stringOrNull(message.content), ...record, choices }, content: images }
}

function withImagesTaken(choice: unknown, take: (url: string) => string): unknown {
  if (!isObject(choice) || !isObject(choice.message) || !Array.isArray(choice.message.images)) return choice
  const images = choice.message.images.map(image => {
    if (!isObject(image) || !isObject(image.image_url) || typeof image.image_url.url !== 'string')
      return image
    return { ...image, image_url: { ...image.image_url, url: take(image.image_url.url) } }
  })
  return { ...choice, message: { ...choice.message, images } }
}
