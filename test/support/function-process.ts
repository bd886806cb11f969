/** A deployed function's bundle in a process of its own, with its own environment and credentials, as on Lambda. */
import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import type { Json } from './mcp-server.ts'

export interface FunctionProcess {
  /** Calls the handler with the event. Throws what the handler throws. */
  invoke(event: unknown): Promise<Json>
  close(): void
}

/** Starts `dist/lambda/<bundle>/index.cjs`, which `npm run build` writes. Nothing else of our environment reaches it. */
export function startFunction(bundle: string, environment: Record<string, string>): FunctionProcess {
  const child = fork(
    resolve('test/support/function-host.ts'),
    [resolve('dist/lambda', bundle, 'index.cjs')],
    {
      execArgv: ['--import', 'tsx'],
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const waiting = new Map<number, { resolve: (result: Json) => void; reject: (error: Error) => void }>()
  let lastId = 0
  child.on('message', ({ id, result, error }: { id: number; result?: Json; error?: string }) => {
    const caller = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) caller?.resolve(result)
    else caller?.reject(new Error(error))
  })
  child.on('exit', code => {
    for (const { reject } of waiting.values()) reject(new Error(`${bundle} ended with ${code}`))
  })
  return {
    invoke: event =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        child.send({ id, event })
      }),
    close: () => void child.kill(),
  }
}
