/** A body is read after the token has been checked: strangers cannot make the server hold megabytes. */
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTarget, type Target } from './target.ts'

const MEGABYTE = 1024 * 1024
const NEVER_ISSUED = `gmcp_${'a'.repeat(16)}_${'b'.repeat(43)}`

let target: Target
let url: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector()
})
afterAll(() => target.close())

/** Sends the head of a request with a body of 5 MB, and the first part of that body; what comes back within `ms`. */
function answerToHead(path: string, headers: string[], ms: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, host } = new URL(target.origin)
    const socket = net.connect(Number(port), '127.0.0.1')
    let received = ''
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(received)
    }
    const timer = setTimeout(finish, ms)
    socket.on('data', chunk => {
      received += chunk
      if (received.includes('\r\n\r\n')) finish()
    })
    socket.on('error', reject)
    const head = [`POST ${path} HTTP/1.1`, `host: ${host}`, ...headers, `content-length: ${5 * MEGABYTE}`]
    socket.write(`${head.join('\r\n')}\r\n\r\n{"jsonrpc":`)
  })
}

test.each([
  ['an unknown token in the path', `/mcp/${NEVER_ISSUED}`, [], ' 404 '],
  ['an unknown token in a header', '/mcp', [`authorization: Bearer ${NEVER_ISSUED}`], ' 401 '],
  ['no administrator token', '/integrated-account/local/mcp', [], ' 401 '],
])('answers %s before its body has arrived', async (_, path, headers, status) => {
  expect(await answerToHead(path, headers, 20_000)).toContain(status)
})

test('waits for the body of a valid token (control)', async () => {
  expect(await answerToHead(new URL(url).pathname, [], 1_000)).toBe('')
})
