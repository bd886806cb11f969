/** A sandbox with a controlled clock, and a client that validates every response against the API description. */
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/http/sandbox-server.ts'
import { failuresOfAnswer } from './description-checker.ts'

export interface Reply {
  status: number
  headers: Headers
  text: string
  bytes: Buffer
  /** Undefined when the body is not JSON. */
  json: unknown
}

export interface TestSandbox extends Sandbox {
  /** A request with a valid key. `headers` override the default ones; an empty value removes a header. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
}

export const START_MS = Date.parse('2026-11-22T15:00:00Z')
export const USER = 'user_test'

/** The clock starts at {@link START_MS} and moves with `advanceClock` only. */
export async function startTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ clock: () => START_MS, ...options })
  const call: TestSandbox['call'] = async (method, path, body, headers = {}) => {
    const isForm = body instanceof FormData
    const all = { authorization: 'Bearer key', 'x-auth-key': USER, ...headers }
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    if (body !== undefined && !isForm && sent['content-type'] === undefined)
      sent['content-type'] = 'application/json'
    const payload = isForm || body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${sandbox.url}/api/v1${path}`, {
      method,
      headers: sent,
      body: payload ?? null,
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const contentType = response.headers.get('content-type')
    const failures = failuresOfAnswer(method, path.split('?')[0] ?? path, response.status, contentType, bytes)
    if (failures.length > 0)
      throw new Error(`The answer breaks the API description:\n${failures.join('\n')}\n${bytes}`)
    const text = bytes.toString('utf8')
    const isJson = contentType === 'application/json'
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }
  return {
    ...sandbox,
    call,
    get: path => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
  }
}

/** The value at a dotted path, such as `session.messages.0.content`. */
export function at(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)]
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([k]) => k === key)?.[1]
      : undefined
  }, json)
}

export function textAt(json: unknown, path: string): string {
  const value = at(json, path)
  if (typeof value !== 'string') throw new Error(`${path} is no text but ${JSON.stringify(value)}`)
  return value
}

export function listAt(json: unknown, path: string): unknown[] {
  const value = at(json, path)
  if (!Array.isArray(value)) throw new Error(`${path} is no list but ${JSON.stringify(value)}`)
  return value
}
