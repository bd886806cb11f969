/** Bytes of a file → what can be shown to a model: its text, part by part, or the image itself. Pure. */
import { decodeText } from '../../gumloop/decode-text.ts'
import { ANY_BYTES, imageTypeOf, kindOf, mediaTypeOf } from '../../gumloop/media-type.ts'
import { AppError } from '../../shared/errors.ts'
import { textPart } from '../../shared/text-part.ts'
import type { ContentBlock } from '../tool-call.ts'
import { MAX_IMAGE_CHARACTERS } from './create-chat-completion.ts'

export interface FileBytes {
  name: string | null
  /** As declared, which may be wrong. */
  mediaType: string | null
  /** As declared, beside the media type. */
  charset?: string | null
  bytes: Buffer
}

export interface FileBudget {
  /** Characters that the text may take as JSON. */
  textCharacters: number
  /** Base64 characters of images. */
  imageCharacters: number
}

/** What names, types, links and the next step take of a result, beside the text. */
const FRAME_CHARACTERS = 4000

/** The space for files in a result of `maxCharacters`. */
export function fileBudget(maxCharacters: number): FileBudget {
  return { textCharacters: maxCharacters - FRAME_CHARACTERS, imageCharacters: MAX_IMAGE_CHARACTERS }
}

export interface FileView {
  /** Part of `structuredContent`; the same fields whichever tool shows a file. */
  fields: {
    media_type: string
    size: number
    text: string | null
    /** Of the text, in UTF-16 units; null if the file is not text. */
    offset: number | null
    next_offset: number | null
    total_characters: number | null
    /** How the bytes were decoded, if not as UTF-8. */
    encoding?: string
  }
  content: ContentBlock[]
  /** Set if neither text nor image can be shown: why, as a sentence. */
  unreadable?: string
}

const NO_TEXT = { text: null, offset: null, next_offset: null, total_characters: null }

/**
 * @param offset where the part of a text begins; ignored if the file is not text.
 * @throws AppError `invalid_arguments` if the text ends before `offset`.
 */
export function viewFile(file: FileBytes, offset: number, budget: FileBudget): FileView {
  const { name, mediaType, bytes } = file
  const size = bytes.length
  const declared = mediaType !== null && mediaType !== ANY_BYTES ? mediaType : mediaTypeOf(name ?? '')
  const image = imageTypeOf(bytes) // by its bytes, since clients fail on an image that is not one
  if (image !== undefined) {
    const fields = { media_type: image, size, ...NO_TEXT }
    const data = bytes.toString('base64')
    if (data.length <= budget.imageCharacters)
      return { fields, content: [{ type: 'image', data, mimeType: image }] }
    return { fields, content: [], unreadable: `It is an image of ${size} bytes, too large for a result.` }
  }
  const kind = kindOf(mediaType, name)
  const decoded = kind === 'binary' ? undefined : decodeText(bytes, kind === 'text', file.charset)
  if (!decoded) {
    const fields = { media_type: declared, size, ...NO_TEXT }
    return {
      fields,
      content: [],
      unreadable: `It is neither text nor an image that can be shown (${declared}).`,
    }
  }
  const { text, encoding } = decoded
  if (offset > 0 && offset >= text.length) {
    const message =
      text === ''
        ? 'must be 0: the text is empty'
        : `must be less than ${text.length}, the length of the text`
    const errors = [{ path: 'offset', message }]
    throw new AppError('invalid_arguments', 'The text ends before this offset.', { errors })
  }
  const { part, nextOffset } = textPart(text, offset, budget.textCharacters)
  return {
    fields: {
      media_type: declared === ANY_BYTES ? 'text/plain' : declared,
      size,
      text: part,
      offset,
      next_offset: nextOffset,
      total_characters: text.length,
      ...(encoding !== 'utf-8' && { encoding }),
    },
    content: [],
  }
}

/** What to do after this part of the text, as a sentence. */
export function nextPart({ fields }: FileView): string {
  if (fields.next_offset === null) return 'This is the end of the text.'
  return `This is a part of ${fields.total_characters} characters: call again with offset ${fields.next_offset} for the next part.`
}
