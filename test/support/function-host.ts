/** The child's side of `function-process.ts`: loads a function's bundle and calls its handler with what arrives. */
import { createRequire } from 'node:module'

const [, , bundle = ''] = process.argv
const { handler } = createRequire(import.meta.url)(bundle)
const TIMEOUT_MS = 60_000

process.on('message', async ({ id, event }: { id: number; event: unknown }) => {
  try {
    const result: unknown = await handler(event, {
      getRemainingTimeInMillis: () => TIMEOUT_MS,
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:under-test',
    })
    process.send?.({ id, result })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
