// The baseline of the load test: a constant for a list; for a call, one request to Gumloop over a keep-alive connection
// whose response is forwarded as is. No token, no protocol, no checks. Prints its port.
const http = require('node:http')

const agent = new http.Agent({ keepAlive: true })
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: [] } })

const server = http.createServer((incoming, outgoing) => {
  let text = ''
  incoming.setEncoding('utf8')
  incoming.on('data', chunk => {
    text += chunk
  })
  incoming.on('end', () => {
    outgoing.setHeader('content-type', 'application/json')
    if (JSON.parse(text).method !== 'tools/call') return outgoing.end(LIST)
    const headers = { authorization: 'Bearer sandbox', 'x-auth-key': 'sandbox-user' }
    http
      .get(`${process.env.GUMLOOP_BASE_URL}/agents?page_size=5`, { agent, headers }, answer => {
        outgoing.statusCode = answer.statusCode
        answer.pipe(outgoing)
      })
      .on('error', () => outgoing.writeHead(502).end())
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
