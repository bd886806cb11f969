/**
 * A program for tests, never deployed: the suite's fixtures on the product's own HTTP layer (app, token check, SDK
 * exchange, Node adapter), bundled like the product. Reads `TABLE_NAME` and AWS's variables; prints its port.
 */
import type { AddressInfo } from 'node:net'
import { fixedCredentials } from '../../lambda/accounts/credentials.ts'
import { authenticate } from '../../lambda/auth/authenticate.ts'
import { createTableReader } from '../../lambda/aws/table-reader.ts'
import { createMcpApp, type McpApp } from '../../lambda/http/mcp-app.ts'
import { createNodeServer } from '../../lambda/http/node-adapter.ts'
import { systemClock } from '../../lambda/shared/clock.ts'
import { createLogger } from '../../lambda/shared/logger.ts'
import { makeFixtureServer } from './fixtures/server.ts'

/** No fixture calls Gumloop. */
const NOWHERE = 'http://127.0.0.1:9'

const authDeps = {
  table: createTableReader({ tableName: process.env.TABLE_NAME ?? '' }),
  inBackground: () => undefined,
}
let app: McpApp = async () => ({ status: 503, headers: {}, body: '' })
const server = createNodeServer(request => app(request), { deadlineMs: 30_000 })
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo // a server that listens on TCP has an address object
  const names = [`localhost:${port}`, `127.0.0.1:${port}`]
  app = createMcpApp({
    makeServer: makeFixtureServer,
    authenticate: input => authenticate(input, authDeps),
    credentials: fixedCredentials({ accountId: 'acme', apiKey: 'unused', userId: 'unused' }),
    hosts: { baseUrl: NOWHERE, streamBaseUrl: NOWHERE },
    allowedHosts: names,
    allowedOrigins: names.map(name => `http://${name}`),
    logger: createLogger('error'),
    now: systemClock,
  })
  process.stdout.write(`${port}\n`)
})
