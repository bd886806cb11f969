/** A proxy as companies have: it tunnels what `CONNECT` names, all of it to one server of the test. */
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'

export interface ConnectProxy {
  url: string
  /** What it was asked to connect to, such as `api.example.com:443`. */
  targets: string[]
  /** Answers `CONNECT` with this status from now on; 200 by default. */
  answerWith: (status: number) => void
  /** The last `Proxy-Authorization`. */
  authorization: () => string | undefined
  close: () => Promise<void>
}

/** @param port of the server on this machine that every tunnel leads to. */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const targets: string[] = []
  let status = 200
  let authorization: string | undefined
  const sockets = new Set<net.Socket>()
  const server = http.createServer((_request, response) => response.writeHead(501).end())
  server.on('connect', (request, socket: net.Socket, head) => {
    targets.push(request.url ?? '')
    authorization = request.headers['proxy-authorization']
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`)
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    for (const one of [socket, onward]) {
      sockets.add(one)
      one.on('error', () => undefined)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    answerWith(next) {
      status = next
    },
    authorization: () => authorization,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
