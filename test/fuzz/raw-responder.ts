/** A TCP server that answers each connection's requests with given bytes, whatever was asked. */
import net, { type AddressInfo, type Server, type Socket } from 'node:net'

export interface RawReply {
  /** Sent one after the other, each in a packet of its own. */
  parts: readonly Buffer[]
  /** How the connection ends after the parts: it stays open, is closed, or is reset. */
  ending: 'keep' | 'close' | 'reset'
}

export interface RawResponder {
  url: string
  /** What the next request gets, and each one after it. */
  reply: RawReply
  /** Head and body of each request, as they came. */
  requests: string[]
  close(): Promise<void>
}

export async function startRawResponder(): Promise<RawResponder> {
  const sockets = new Set<Socket>()
  const server: Server = net.createServer(socket => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let received = ''
    socket.on('data', bytes => {
      received += bytes.toString('latin1')
      if (!isWhole(received)) return
      responder.requests.push(received)
      received = ''
      void answer(socket, responder.reply)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const responder: RawResponder = {
    url: `http://127.0.0.1:${port}`,
    reply: { parts: [], ending: 'close' },
    requests: [],
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return responder
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0)
  return request.length >= end + 4 + length
}

async function answer(socket: Socket, { parts, ending }: RawReply): Promise<void> {
  for (const part of parts) {
    await new Promise(resolve => socket.write(part, resolve))
    // The next part arrives in another read.
    await new Promise(resolve => setImmediate(resolve))
  }
  if (ending === 'close') socket.end()
  if (ending === 'reset') socket.resetAndDestroy()
}
