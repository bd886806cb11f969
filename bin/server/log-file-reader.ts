/** Reads the local server's log file for administration: backwards from its end, a bounded part at a time. */
import { open } from 'node:fs/promises'
import type { LogReader } from '../../lambda/aws/log-access.ts'
import { decodeLogCursor, encodeLogCursor } from '../../lambda/aws/log-cursor.ts'
import { matchLogLine } from '../../lambda/aws/log-line.ts'
import { AppError } from '../../lambda/shared/errors.ts'

const BLOCK_BYTES = 256 * 1024
/** How much one search reads; a longer file takes several searches, each from the cursor of the previous one. */
const BYTES_PER_SEARCH = 32 * 1024 * 1024
const NEWLINE = 10

/** A reader of the file, which may not exist yet. Its lines are in chronological order. */
export function createLogFileReader(file: string): LogReader {
  return {
    async search({ fields, fromMs, untilMs, limit, cursor }) {
      const lines: Record<string, unknown>[] = []
      for await (const { text, startsAt } of linesFromEnd(file, cursor)) {
        const timeMs = timeOf(text)
        if (timeMs < fromMs) return { lines, nextCursor: null }
        if (text === '' || lines.length === limit) {
          return { lines, nextCursor: encodeLogCursor({ offset: startsAt + Buffer.byteLength(text) }) }
        }
        const line = timeMs <= untilMs ? matchLogLine(text, fields) : undefined
        if (line !== undefined) lines.push(line)
      }
      return { lines, nextCursor: null }
    },
  }
}

/** Whole lines, last one first. A final empty line means that this search has read its share. */
async function* linesFromEnd(
  file: string,
  cursor: string | undefined,
): AsyncGenerator<{ text: string; startsAt: number }> {
  const handle = await open(file).catch(() => undefined)
  if (handle === undefined) return
  try {
    const { size } = await handle.stat()
    const end = cursor === undefined ? size : decodeLogCursor(cursor, { offset: 'number' }).offset
    let position = Math.min(size, Math.max(0, Math.floor(end)))
    const stopAt = position - BYTES_PER_SEARCH
    let rest = Buffer.alloc(0)
    while (position > 0) {
      const length = Math.min(BLOCK_BYTES, position)
      position -= length
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, position)
      let block = Buffer.concat([buffer, rest])
      for (let at = block.lastIndexOf(NEWLINE); at >= 0; at = block.lastIndexOf(NEWLINE)) {
        const text = block.subarray(at + 1).toString('utf8')
        if (text !== '') yield { text, startsAt: position + at + 1 }
        block = block.subarray(0, at)
      }
      rest = block
      if (position > 0 && position < stopAt) {
        yield { text: '', startsAt: position + rest.length }
        return
      }
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), startsAt: 0 }
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('internal', 'The call log could not be read. Try again.', {}, error)
  } finally {
    await handle.close()
  }
}

/** The logger writes the timestamp first. Lines without one are not ours and do not end a search. */
function timeOf(text: string): number {
  const ms = Date.parse(/^\{"timestamp":"([^"]{20,30})"/.exec(text)?.[1] ?? '')
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms
}
