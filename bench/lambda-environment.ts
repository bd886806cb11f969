/** One Lambda environment: a fresh Node process that takes events from a runtime API in this one, one at a time. */
import { type ChildProcess, spawn } from 'node:child_process'
import http from 'node:http'
import path from 'node:path'

const RUNTIME = path.join(import.meta.dirname, 'runtime.cjs')

/** The handler's answer, as API Gateway would get it. */
export interface HandlerAnswer {
  statusCode: number
  body: string
}

export interface Invocation {
  /** From handing the event over to having the whole answer. */
  ms: number
  answer: HandlerAnswer
}

/** What the process told of itself when it last asked for an event. */
export interface Footprint {
  cpuMicroseconds: number
  /** Whether Node's fetch client has been loaded, the biggest single cost there is. */
  loadedUndici: boolean
  loadedZod: boolean
}

interface Waiting {
  resolve: (invocation: Invocation) => void
  reject: (error: Error) => void
  startedMs: number
}

export class LambdaEnvironment {
  /** From the start of the process until it asked for its first event. */
  initMs = Number.NaN
  #footprint: Footprint = { cpuMicroseconds: 0, loadedUndici: false, loadedZod: false }
  readonly #server: http.Server
  readonly #startedMs = performance.now()
  #child: ChildProcess | undefined
  #askForEvent: http.ServerResponse | undefined
  #idle: (() => void) | undefined
  #waiting: Waiting | undefined
  #failure: Error | undefined

  /** Starts an environment and waits until it asks for its first event. @throws when it ends before. */
  static async start(handlerFile: string, variables: Record<string, string>): Promise<LambdaEnvironment> {
    const environment = new LambdaEnvironment()
    await environment.#start(handlerFile, variables)
    return environment
  }

  private constructor() {
    this.#server = http.createServer((request, response) => this.#onRequest(request, response))
    this.#server.keepAliveTimeout = 60_000
  }

  async #start(handlerFile: string, variables: Record<string, string>): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('The runtime API has no port')
    this.#child = spawn(process.execPath, [RUNTIME, handlerFile, `http://127.0.0.1:${address.port}`], {
      // Nothing of this shell's: a variable such as NODE_EXTRA_CA_CERTS alone costs 20 ms.
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    this.#child.on('exit', code => {
      this.#failure = new Error(`${path.basename(handlerFile)} ended with ${code}`)
      this.#waiting?.reject(this.#failure)
      this.#idle?.()
    })
    await this.#untilIdle()
    this.initMs = performance.now() - this.#startedMs
  }

  /** Hands one event over. @throws when the process ends instead of answering */
  async invoke(event: object): Promise<Invocation> {
    await this.#untilIdle()
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, startedMs: performance.now() }
      this.#askForEvent?.end(JSON.stringify(event))
      this.#askForEvent = undefined
    })
  }

  /** The process's figures, once all that the last event caused is done. */
  async settled(): Promise<Footprint> {
    await this.#untilIdle()
    return this.#footprint
  }

  /** CPU microseconds of the process for each of `count` times the same event. */
  async cpuOf(event: object, count: number): Promise<number> {
    const before = await this.settled()
    for (let done = 0; done < count; done += 1) await this.invoke(event)
    const after = await this.settled()
    return (after.cpuMicroseconds - before.cpuMicroseconds) / count
  }

  stop(): void {
    this.#child?.removeAllListeners('exit').kill()
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #untilIdle(): Promise<void> {
    if (this.#askForEvent === undefined && this.#failure === undefined) {
      await new Promise<void>(resolve => {
        this.#idle = resolve
      })
    }
    if (this.#failure) throw this.#failure
  }

  #onRequest(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { 'cpu-microseconds': cpu, 'loaded-undici': undici, 'loaded-zod': zod } = request.headers
    this.#footprint = {
      cpuMicroseconds: Number(cpu),
      loadedUndici: undici === 'true',
      loadedZod: zod === 'true',
    }
    if (request.url === '/next') {
      this.#askForEvent = response
      this.#idle?.()
      return
    }
    let text = ''
    request.setEncoding('utf8').on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      const ms = performance.now() - (this.#waiting?.startedMs ?? Number.NaN)
      response.end()
      this.#waiting?.resolve({ ms, answer: JSON.parse(text) })
      this.#waiting = undefined
    })
  }
}
