/** Checks the images in the messages of a chat completion: a model that rejects one costs a call and says little. Pure. */
import { decodeBase64 } from '../../gumloop/base64.ts'
import { imageTypeOf } from '../../gumloop/media-type.ts'
import { ErrorList } from '../../shared/error-list.ts'
import type { ValidationError } from '../../shared/errors.ts'
import { isObject } from '../../shared/json-value.ts'

/** Validation errors of all `image_url` parts of the messages; everything else in them is left to Gumloop. */
export function imageErrors(messages: unknown): ValidationError[] {
  const errors = new ErrorList()
  const list = Array.isArray(messages) ? messages : []
  for (const [at, message] of list.entries()) {
    const parts = isObject(message) && Array.isArray(message.content) ? message.content : []
    for (const [index, part] of parts.entries()) {
      if (!isObject(part) || part.type !== 'image_url') continue
      const url = isObject(part.image_url) ? part.image_url.url : part.image_url
      const error = typeof url === 'string' ? urlError(url) : 'must be an object with a url'
      if (error !== undefined) errors.add(`messages[${at}].content[${index}].image_url`, error)
    }
  }
  return errors.toArray()
}

/** Gumloop takes web links (and opens them itself) and base64 data URLs of the four formats that models read. */
function urlError(url: string): string | undefined {
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? undefined : 'must be a complete URL'
  const data = /^data:image\/[\w.+-]{1,40};base64,(.*)$/is.exec(url)?.[1]
  if (data === undefined) return 'must be an https link or a data URL (data:image/png;base64,…)'
  const bytes = decodeBase64(data)
  if ('error' in bytes) return `${bytes.error} (after the comma)`
  return imageTypeOf(bytes) === undefined ? 'must be a PNG, JPEG, GIF or WebP image' : undefined
}
