/** Clients that ask one question after another, with pauses as real ones have, each on a connection of its own. */
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { QUESTIONS, type Question } from './questions.ts'

export interface Asked {
  kind: Question['kind']
  /** Since the run began. */
  atMs: number
  tookMs: number
  outcome: string
}

export interface Drive {
  url: string
  clients: number
  durationMs: number
  /** Between an answer and the next question: up to twice this, drawn evenly. */
  pauseMs: number
  judge: (status: number, text: string) => string
}

/** Runs all clients until the time is over. @returns every question with how long its answer took. */
export async function drive(run: Drive): Promise<Asked[]> {
  const asked: Asked[] = []
  const startedMs = performance.now()
  const client = async (number: number) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    await sleep(Math.random() * 2 * run.pauseMs)
    for (let turn = number; performance.now() - startedMs < run.durationMs; turn++) {
      const question = QUESTIONS[turn % QUESTIONS.length]
      if (!question) break
      const sentMs = performance.now()
      const outcome = await ask(run.url, question, agent)
        .then(([status, text]) => run.judge(status, text))
        .catch(error => `connection: ${error.code}`)
      const answeredMs = performance.now()
      asked.push({ kind: question.kind, atMs: sentMs - startedMs, tookMs: answeredMs - sentMs, outcome })
      await sleep(Math.random() * 2 * run.pauseMs)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: run.clients }, (_, number) => client(number)))
  return asked
}

function ask(url: string, { headers, body }: Question, agent: http.Agent): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers, agent, timeout: 60_000 }, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () => resolve([answer.statusCode ?? 0, text]))
      answer.on('error', reject)
    })
    request.on('timeout', () => request.destroy(Object.assign(new Error('hang'), { code: 'HANG' })))
    request.on('error', reject)
    request.end(body)
  })
}
