/** Raw HTTP over a socket: sends what no client library would, and returns every byte of the response. */
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in lower case; the last value of repeated ones. */
  headers: Record<string, string>
  body: string
}

export interface Sent {
  /** The bytes to send, one write each. */
  chunks: (Buffer | string)[]
  /** Milliseconds between writes. */
  pauseMs?: number
  /** Half-closes the connection after the last byte. */
  halfClose?: boolean
  /** Number of responses to wait for before the socket is closed. */
  expect?: number
  /** Responses have no body, as for HEAD. */
  isHead?: boolean
}

export const TIMEOUT_MS = 15_000

/**
 * Sends the bytes and collects responses until `expect` of them are complete or the server closes.
 * @throws when neither happens in time, since the server hangs. A reset by the server counts as closing.
 */
export function sendRaw(
  port: number,
  { chunks, pauseMs = 0, halfClose = false, expect = 1, isHead }: Sent,
): Promise<RawAnswer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let received = Buffer.alloc(0)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(parseAnswers(received, isHead))
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer in ${TIMEOUT_MS} ms to ${String(chunks[0]).slice(0, 300)}`))
    }, TIMEOUT_MS)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (parseAnswers(received, isHead).length >= expect) finish()
    })
    socket.on('end', finish)
    socket.on('error', finish)
    socket.on('connect', async () => {
      for (const chunk of chunks) {
        if (socket.destroyed) return
        socket.write(chunk)
        if (pauseMs > 0) await new Promise(proceed => setTimeout(proceed, pauseMs))
      }
      if (halfClose && !socket.destroyed) socket.end()
    })
  })
}

/** One well-formed request. */
export function request(
  method: string,
  path: string,
  body: Buffer | string = '',
  headers: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(body)
  const all: Record<string, string> = {
    host: 'localhost',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'content-length': String(bytes.length),
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'), bytes])
}

/** The complete responses in the bytes so far, without informational ones (100 Continue). */
function parseAnswers(received: Buffer, isHead = false): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = received
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return answers
    const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1])
    if (!status) throw new Error(`not an HTTP answer: ${first.slice(0, 200)}`)
    const headers = Object.fromEntries(
      lines.map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const from = end + 4
    const body = bodyOf(rest.subarray(from), status, headers, isHead)
    if (body === undefined) return answers
    rest = rest.subarray(from + body.consumed)
    if (status >= 200) answers.push({ status, headers, body: body.text })
  }
}

/** Undefined while it is incomplete. */
function bodyOf(
  bytes: Buffer,
  status: number,
  headers: Record<string, string>,
  isHead: boolean,
): { text: string; consumed: number } | undefined {
  if (isHead || status < 200 || status === 204) return { text: '', consumed: 0 }
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(bytes)
  const length = Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  return { text: bytes.toString('utf8', 0, length), consumed: length }
}

function chunkedBody(bytes: Buffer): { text: string; consumed: number } | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16)
    const from = end + 2
    if (bytes.length < from + length + 2) return undefined
    parts.push(bytes.subarray(from, from + length))
    at = from + length + 2
    if (length === 0) return { text: Buffer.concat(parts).toString('utf8'), consumed: at }
  }
}
