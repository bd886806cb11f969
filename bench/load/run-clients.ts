/** Simulates clients that send one request after another with pauses, each over its own connection. */
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadRequest, REQUESTS } from './requests.ts'

export interface Sample {
  kind: LoadRequest['kind']
  /** Since the start of the run. */
  sentAtMs: number
  durationMs: number
  outcome: string
}

export interface ClientsOptions {
  url: string
  clients: number
  durationMs: number
  /** Mean pause between a response and the next request, uniformly distributed from zero to twice this. */
  pauseMs: number
  outcomeOf: (status: number, text: string) => string
}

/** Runs all clients for the duration. @returns a sample per request */
export async function runClients(options: ClientsOptions): Promise<Sample[]> {
  const samples: Sample[] = []
  const startedMs = performance.now()
  const client = async (number: number) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    await sleep(Math.random() * 2 * options.pauseMs)
    for (let turn = number; performance.now() - startedMs < options.durationMs; turn++) {
      const request = REQUESTS[turn % REQUESTS.length]
      if (!request) break
      const sentMs = performance.now()
      const outcome = await send(options.url, request, agent)
        .then(([status, text]) => options.outcomeOf(status, text))
        .catch(error => `connection: ${error.code}`)
      const durationMs = performance.now() - sentMs
      samples.push({ kind: request.kind, sentAtMs: sentMs - startedMs, durationMs, outcome })
      await sleep(Math.random() * 2 * options.pauseMs)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: options.clients }, (_, number) => client(number)))
  return samples
}

function send(
  url: string,
  { headers, body }: LoadRequest,
  agent: http.Agent,
): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers, agent, timeout: 60_000 }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve([response.statusCode ?? 0, text]))
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(Object.assign(new Error('hang'), { code: 'HANG' })))
    request.on('error', reject)
    request.end(body)
  })
}
