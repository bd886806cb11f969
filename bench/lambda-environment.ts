/** One Lambda environment: a new Node process that receives events, one at a time, from a runtime API in this process. */
import { type ChildProcess, spawn } from 'node:child_process'
import http from 'node:http'
import path from 'node:path'

const RUNTIME = path.join(import.meta.dirname, 'runtime.cjs')

/** The handler's response, as API Gateway receives it. */
export interface HandlerAnswer {
  statusCode: number
  body: string
}

export interface Invocation {
  /** From sending the event to receiving the whole response. */
  ms: number
  answer: HandlerAnswer
}

/** What the process reported about itself when it last requested an event. */
export interface Footprint {
  cpuMicroseconds: number
  /** Whether Node's fetch client has been loaded, the largest single cost of a cold start. */
  loadedUndici: boolean
  loadedZod: boolean
}

interface Waiting {
  resolve: (invocation: Invocation) => void
  reject: (error: Error) => void
  startedMs: number
}

export class LambdaEnvironment {
  /** From the start of the process to its request for the first event. */
  initMs = Number.NaN
  #footprint: Footprint = { cpuMicroseconds: 0, loadedUndici: false, loadedZod: false }
  readonly #server: http.Server
  readonly #startedMs = performance.now()
  #child: ChildProcess | undefined
  #pendingNext: http.ServerResponse | undefined
  #idle: (() => void) | undefined
  #waiting: Waiting | undefined
  #failure: Error | undefined

  /** Starts an environment and waits for its request for the first event. @throws when the process ends before */
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
      // Inherits no other variables: some of them, such as NODE_EXTRA_CA_CERTS, slow down the start.
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    this.#child.on('exit', code => {
      this.#failure = new Error(`${path.basename(handlerFile)} exited with ${code}`)
      this.#waiting?.reject(this.#failure)
      this.#idle?.()
    })
    await this.#untilIdle()
    this.initMs = performance.now() - this.#startedMs
  }

  /** Sends one event. @throws when the process ends without a response */
  async invoke(event: object): Promise<Invocation> {
    await this.#untilIdle()
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, startedMs: performance.now() }
      this.#pendingNext?.end(JSON.stringify(event))
      this.#pendingNext = undefined
    })
  }

  /** The footprint of the process after it has finished the last event. */
  async settled(): Promise<Footprint> {
    await this.#untilIdle()
    return this.#footprint
  }

  /** CPU microseconds per event, averaged over `count` invocations with the same event. */
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
    if (this.#pendingNext === undefined && this.#failure === undefined) {
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
      this.#pendingNext = response
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
