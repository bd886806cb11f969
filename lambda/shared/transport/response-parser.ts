/**
 * HTTP/1.1 responses, from bytes to status, headers and body (RFC 9112). As strict as Node's own parser: what that
 * refuses, this refuses too (test/fuzz/socket-transport). Pure.
 */

/** As Node's default for the whole head. */
const MAX_HEAD_BYTES = 16 * 1024
/** Of one chunk's size line, extensions included. */
const MAX_SIZE_LINE_BYTES = 1024

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/

/** Headers of which `node:http` keeps only the first. */
const SINGLE_VALUED = new Set(
  'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified location max-forwards proxy-authorization referer retry-after server user-agent'.split(
    ' ',
  ),
)

/** Not a valid response, or one that ended too early (then with the code that Node has for it). */
export class ResponseError extends Error {
  readonly code: string | undefined
  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/** The body is larger than allowed. */
export class BodyTooLarge extends Error {}

type Framing = { kind: 'none' } | { kind: 'length'; left: number } | { kind: 'chunked' } | { kind: 'close' }

export class ResponseParser {
  status = 0
  headers: Record<string, string> = {}
  /** The connection can carry another exchange: the end of this response was told, and nobody asked to close. */
  isPersistent = false
  readonly #isHead: boolean
  readonly #maxBytes: number
  #pending: Buffer | undefined
  #framing: Framing | undefined
  readonly #body: Buffer[] = []
  #bodyBytes = 0
  /** Of the current chunk, its line end included; undefined: a size line comes next. */
  #chunkLeft: number | undefined
  #isInTrailers = false
  #isDone = false

  /** @param maxBytes limit of the body. */
  constructor(method: string, maxBytes: number) {
    this.#isHead = method === 'HEAD'
    this.#maxBytes = maxBytes
  }

  get body(): Buffer {
    const [only] = this.#body
    return this.#body.length === 1 && only !== undefined ? only : Buffer.concat(this.#body)
  }

  /**
   * Takes the bytes that came next. @returns whether the response is complete.
   * @throws ResponseError, BodyTooLarge
   */
  push(bytes: Buffer): boolean {
    let rest = this.#pending === undefined ? bytes : Buffer.concat([this.#pending, bytes])
    this.#pending = undefined
    while (this.#framing === undefined) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1 ? rest.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES)
        throw new ResponseError('the head of the response is too long')
      if (end === -1) return this.#wait(rest)
      this.#readHead(rest.toString('latin1', 0, end))
      rest = rest.subarray(end + 4)
    }
    if (this.#framing.kind === 'chunked') return this.#readChunks(rest)
    return this.#readPlain(this.#framing, rest)
  }

  /** The server closed the connection. @throws ResponseError unless that was the end of the body. */
  end(): void {
    if (this.#framing?.kind === 'close') this.#isDone = true
    if (!this.#isDone) throw new ResponseError('the response was cut off', 'ECONNRESET')
  }

  #wait(rest: Buffer): boolean {
    if (rest.length > 0) this.#pending = rest
    return false
  }

  #readHead(head: string): void {
    const lines = head.split('\r\n')
    const statusLine = STATUS_LINE.exec(lines[0] ?? '')
    if (statusLine === null) throw new ResponseError('the response has no valid status line')
    const status = Number(statusLine[2])
    const headers: Record<string, string> = {}
    let lengths = 0
    for (let index = 1; index < lines.length; index++) {
      const line = HEADER_LINE.exec(lines[index] ?? '')
      if (line === null) throw new ResponseError('the response has an invalid header')
      const [, rawName = '', rawValue = ''] = line
      const name = rawName.toLowerCase()
      const value = rawValue.trimEnd()
      if (name === 'content-length') lengths++
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined
      if (before === undefined) headers[name] = value
      else if (!SINGLE_VALUED.has(name)) headers[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`
    }
    if (status === 101 || status < 100) throw new ResponseError('the response has an unexpected status')
    // An interim response; the real one follows.
    if (status < 200) return
    this.status = status
    this.headers = headers
    this.#framing = this.#framingOf(status, headers, lengths)
    const connection = headers.connection?.toLowerCase() ?? ''
    const isWanted = statusLine[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
    this.isPersistent = isWanted && this.#framing.kind !== 'close'
  }

  #framingOf(status: number, headers: Record<string, string>, lengths: number): Framing {
    const { 'transfer-encoding': encoding, 'content-length': length } = headers
    if (encoding !== undefined && length !== undefined)
      throw new ResponseError('the response declares its length twice')
    if (length !== undefined && (lengths > 1 || !/^\d{1,15}$/.test(length)))
      throw new ResponseError('the response declares an invalid length')
    if (this.#isHead || status === 204 || status === 304) return { kind: 'none' }
    if (encoding !== undefined) return { kind: /(?:^|[\s,])chunked$/i.test(encoding) ? 'chunked' : 'close' }
    if (length === undefined) return { kind: 'close' }
    const left = Number(length)
    if (left > this.#maxBytes) throw new BodyTooLarge()
    return { kind: 'length', left }
  }

  #readPlain(framing: Exclude<Framing, { kind: 'chunked' }>, rest: Buffer): boolean {
    if (framing.kind === 'close') {
      this.#add(rest)
      return false
    }
    const left = framing.kind === 'none' ? 0 : framing.left
    this.#add(rest.subarray(0, left))
    if (framing.kind === 'length') framing.left -= Math.min(left, rest.length)
    return rest.length >= left && this.#finish(rest.length > left)
  }

  #readChunks(bytes: Buffer): boolean {
    let rest = bytes
    for (;;) {
      if (this.#chunkLeft !== undefined) {
        // A chunk's data, then its line end.
        const data = Math.min(Math.max(this.#chunkLeft - 2, 0), rest.length)
        this.#add(rest.subarray(0, data))
        this.#chunkLeft -= data
        rest = rest.subarray(data)
        if (this.#chunkLeft > 2 || rest.length < 2) return this.#wait(rest)
        if (rest[0] !== 13 || rest[1] !== 10) throw new ResponseError('a chunk of the response is invalid')
        rest = rest.subarray(2)
        this.#chunkLeft = undefined
      }
      const end = rest.indexOf('\r\n')
      const limit = this.#isInTrailers ? MAX_HEAD_BYTES : MAX_SIZE_LINE_BYTES
      if (end === -1 ? rest.length > limit : end > limit)
        throw new ResponseError('a line of the response is too long')
      if (end === -1) return this.#wait(rest)
      const line = rest.toString('latin1', 0, end)
      rest = rest.subarray(end + 2)
      if (this.#isInTrailers) {
        if (line === '') return this.#finish(rest.length > 0)
        if (!HEADER_LINE.test(line)) throw new ResponseError('the response has an invalid trailer')
        continue
      }
      const size = CHUNK_SIZE.exec(line)?.[1]
      if (size === undefined) throw new ResponseError('a chunk of the response is invalid')
      const bytesInChunk = Number.parseInt(size, 16)
      if (bytesInChunk === 0) this.#isInTrailers = true
      else this.#chunkLeft = bytesInChunk + 2
    }
  }

  #add(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#bodyBytes += bytes.length
    if (this.#bodyBytes > this.#maxBytes) throw new BodyTooLarge()
    this.#body.push(bytes)
  }

  /** @param hasMore the server sent more than its response: nobody can tell to what those bytes belong. */
  #finish(hasMore: boolean): true {
    if (hasMore) this.isPersistent = false
    this.#isDone = true
    return true
  }
}
