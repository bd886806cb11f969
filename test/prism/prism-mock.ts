/** Prism as a mock of Gumloop, behind a recorder of requests and of the violations that Prism reports. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { toPrismVariant } from './prism-variant.ts'

const PRISM = path.join(import.meta.dirname, 'node_modules/@stoplight/prism-cli/dist/index.js')
const DESCRIPTION = path.join(import.meta.dirname, '../../catalog/gumloop-openapi.json')
const START_TIMEOUT_MS = 60_000

export interface RecordedRequest {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  /** Top-level names of a JSON body, or the names of a form's parts. */
  bodyNames: string[]
  status: number
  /** The violations that Prism reports. */
  violations: string[]
}

export interface PrismMock {
  /** For both of Gumloop's hosts. Without a prefix, since Prism does not support one. */
  baseUrl: string
  requests: RecordedRequest[]
  /** Everything that Prism has printed. */
  log: () => string
  close: () => Promise<void>
}

export async function startPrismMock(): Promise<PrismMock> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gumloop-prism-'))
  const variant = path.join(folder, 'gumloop.json')
  writeFileSync(variant, toPrismVariant(readFileSync(DESCRIPTION, 'utf8')))
  const port = await freePort()
  const child = spawn(process.execPath, [
    PRISM,
    'mock',
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '--errors',
    variant,
  ])
  let printed = ''
  const started = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Prism did not start:\n${printed}`)), START_TIMEOUT_MS)
    const onOutput = (chunk: Buffer) => {
      printed += chunk
      if (!printed.includes('Prism is listening')) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout.on('data', onOutput)
    child.stderr.on('data', onOutput)
    child.on('exit', code =>
      reject(new Error(`Prism ended with ${code}; npm run test:prism installs it:\n${printed}`)),
    )
  })
  await started
  const requests: RecordedRequest[] = []
  const recorder = await startRecorder(port, requests)
  return {
    baseUrl: `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`, // a server that listens on TCP has an address object
    requests,
    log: () => printed,
    close: async () => {
      recorder.closeAllConnections()
      await new Promise(resolve => recorder.close(resolve))
      await ended(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startRecorder(prismPort: number, requests: RecordedRequest[]): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const url = new URL(request.url ?? '/', 'http://prism.test')
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      bodyNames: namesIn(body),
    }
    const forwarded = http.request(
      {
        host: '127.0.0.1',
        port: prismPort,
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      async answer => {
        const answerChunks: Buffer[] = []
        for await (const chunk of answer) answerChunks.push(chunk)
        const bytes = Buffer.concat(answerChunks)
        const status = answer.statusCode ?? 0
        requests.push({ ...seen, status, violations: violationsOf(answer, status, bytes) })
        response.writeHead(status, answer.headers).end(bytes)
      },
    )
    forwarded.on('error', error => {
      requests.push({ ...seen, status: 0, violations: [`Prism gave no answer: ${error.message}`] })
      response.destroy()
    })
    forwarded.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

function namesIn(body: Buffer): string[] {
  if (body.length === 0) return []
  const text = body.toString('latin1')
  if (text.startsWith('--'))
    return [...text.matchAll(/^content-disposition: form-data; name="([^"]+)"/gm)].map(m => m[1] ?? '')
  return Object.keys(JSON.parse(body.toString()))
}

/** Prism reports violations in a header when it responds from the description, and in the body when it rejects a request. */
function violationsOf(answer: http.IncomingMessage, status: number, body: Buffer): string[] {
  const header = answer.headers['sl-violations']
  const listed: { location?: string[]; message?: string }[] =
    typeof header === 'string' ? JSON.parse(header) : []
  const ofRequest = listed.filter(({ location }) => location?.[0] === 'request')
  const violations = ofRequest.map(({ location, message }) => `${location?.join('.')}: ${message}`)
  return violations.length === 0 && status >= 400
    ? [`${status} ${body.toString().slice(0, 300)}`]
    : violations
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = http.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo // a server that listens on TCP has an address object
      probe.close(() => resolve(port))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.on('exit', () => resolve())
    child.kill()
  })
}
