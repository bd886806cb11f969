/** Chat completions: images in messages are checked; generated images, data URLs in Gumloop's JSON, become image content. */
import { unknownShape } from '../../gumloop/read-response.ts'
import { AppError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'
import { withOwnFields } from '../own-fields.ts'
import type { ContentBlock, ToolHandler } from '../tool-call.ts'
import { imageErrors } from './chat-images.ts'

/** Images in one result, as base64 characters (docs/protocol.md, Limits). */
export const MAX_IMAGE_CHARACTERS = 4 * 1024 * 1024

export const createChatCompletion: ToolHandler = async ({ tool, args, operation, maxCharacters }) => {
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
  if (!Array.isArray(record.choices)) throw unknownShape(value, 'a completion', true)
  const choices = record.choices.map(choice => withImagesTaken(choice, take))
  const first = choices[0]
  const message = isObject(first) && isObject(first.message) ? first.message : {}
  const answer = answerOf(message.content)
  return {
    structured: withOwnFields(
      { answer, choices: isLong(answer, maxCharacters) ? choices.map(withoutAnswer(answer)) : choices },
      record,
    ),
    content: images,
    howToReadOn: continueAnswer,
  }
}

/** Twice in the result, this answer would leave no space for its end. */
function isLong(answer: string | null, maxCharacters: number): answer is string {
  return answer !== null && answer.length > maxCharacters / 4
}

function withoutAnswer(answer: string): (choice: unknown) => unknown {
  return choice =>
    isObject(choice) && isObject(choice.message) && choice.message.content === answer
      ? { ...choice, message: { ...choice.message, content: '[the same as answer]' } }
      : choice
}

/** Gumloop stores no answer of a model: its rest can only be asked for. */
function continueAnswer(): string {
  return 'The rest of the answer is not stored. Call again with the part that is here as a message of the role assistant, and a message that asks to continue exactly where it ends; or ask for a shorter answer.'
}

/** A text, or the texts of a list of parts. */
function answerOf(content: unknown): string | null {
  if (!Array.isArray(content)) return textOrNull(content)
  const texts = content.flatMap(part => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
  return texts.length > 0 ? texts.join('\n') : null
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
