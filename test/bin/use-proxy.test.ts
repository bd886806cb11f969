/** A laptop behind a company's proxy: the local server, links and the command line go through it, over real TLS. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call } from '../support/mcp-server.ts'
import { selfSignedCertificate } from '../support/self-signed-certificate.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const HOST = 'gumloop.test' // resolves nowhere: only the proxy reaches it
const { folder, remove } = temporaryFolder()
const certificate = selfSignedCertificate(HOST)
const caFile = path.join(folder, 'ca.pem')
writeFileSync(caFile, certificate.cert)

let answer: unknown
const upstream = https.createServer(certificate, (request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(request.url === '/file.txt' ? 'text of the file' : JSON.stringify(answer))
})
let proxy: ConnectProxy
beforeAll(async () => {
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  proxy = await startConnectProxy((upstream.address() as AddressInfo).port)
})
afterAll(async () => {
  await proxy.close()
  upstream.closeAllConnections()
  upstream.close()
  remove()
})
beforeEach(() => {
  proxy.targets.length = 0
  proxy.answerWith(200)
})

function run(args: string[], environment: Record<string, string>) {
  return new Promise<{ code: number | null; output: string }>(resolve => {
    const env = { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: caFile, ...environment }
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
    child.on('close', code => resolve({ code, output }))
  })
}

async function withServer(environment: Record<string, string>, use: (url: string) => Promise<void>) {
  const place = temporaryFolder()
  const server: Started = await startLocalProgram(place.folder, ['--port', '0'], {
    GUMLOOP_API_KEY: 'the-key-of-the-tests',
    GUMLOOP_USER_ID: 'user-1',
    GUMLOOP_BASE_URL: `https://${HOST}/api/v1`,
    NODE_EXTRA_CA_CERTS: caFile,
    ...environment,
  })
  try {
    await use(server.connectorUrl ?? '')
  } finally {
    await server.stop()
    place.remove()
  }
}

test('calls of Gumloop go through HTTPS_PROXY, with its credentials, and one tunnel serves many', async () => {
  answer = { agents: [{ id: 'a', name: 'Agent' }] }
  await withServer({ HTTPS_PROXY: proxy.url }, async url => {
    for (let count = 0; count < 3; count++) {
      const { structuredContent } = await call(url, 'list_all_gumloop_agents')
      expect(structuredContent.result[0].id).toBe('a')
    }
    expect(proxy.targets).toEqual([`${HOST}:443`])
    expect(proxy.authorization()).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`)
    proxy.answerWith(407)
  })
}, 30_000)

test('a proxy that refuses is named as the reason, and is no answer of Gumloop', async () => {
  proxy.answerWith(407)
  await withServer({ https_proxy: proxy.url }, async url => {
    const { structuredContent } = await call(url, 'list_all_gumloop_agents')
    expect(structuredContent.error).toMatchObject({ code: 'upstream_unavailable' })
    expect(structuredContent.error.message).toContain('PROXY_ANSWERED_407')
  })
}, 30_000)

test('NO_PROXY excepts hosts', async () => {
  await withServer({ HTTPS_PROXY: proxy.url, NO_PROXY: `example.com,${HOST}` }, async url => {
    const { structuredContent } = await call(url, 'list_all_gumloop_agents')
    expect(structuredContent.error.code).toBe('upstream_unavailable')
    expect(proxy.targets).toEqual([])
  })
}, 30_000)

const OPEN_LINK = `
  import { fetchLink } from './lambda/gumloop/fetch-link.ts'
  import { useProxyOf } from './bin/use-proxy.ts'
  await useProxyOf(process.env)
  const resolve = async () => [{ address: process.env.ADDRESS, family: 4 }]
  const options = { trustedOrigins: [], maxBytes: 1000, timeoutMs: 5000, resolve }
  const file = await fetchLink('https://${HOST}/file.txt', options).catch(error => ({ bytes: error.message }))
  console.log(String(file.bytes))`

test('links are opened at the address that was checked, with the name for the certificate', async () => {
  const open = (ADDRESS: string) =>
    run(['--input-type=module', '-e', OPEN_LINK], { HTTPS_PROXY: proxy.url, ADDRESS })
  expect((await open('93.184.216.34')).output).toBe('text of the file\n')
  expect(proxy.targets).toEqual(['93.184.216.34:443'])
  expect((await open('10.0.0.1')).output).toContain('The link is not allowed')
  expect(proxy.targets).toHaveLength(1)
}, 30_000)

test('the command line goes through it; requests to this machine do not', async () => {
  answer = { result: [], next_cursor: null, result_count: 0 }
  const list = (server: string) =>
    run(['bin/cli.ts', 'connector', 'list', '--account', 'a', '--server', server], {
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      GUMLOOP_MCP_ADMIN_TOKEN: 'gapi_test',
    })
  expect((await list(`https://${HOST}`)).output).toContain('No connectors yet')
  expect(proxy.targets).toEqual([`${HOST}:443`])
  expect((await list('http://127.0.0.1:9')).output).toContain('No server is running')
  expect(proxy.targets).toHaveLength(1)
}, 30_000)

test('a variable that is no URL of a proxy ends the program with a sentence that does not show it', async () => {
  const { code, output } = await run(['bin/cli.ts', 'connector', 'list'], { HTTPS_PROXY: 'socks5://u:pw@x' })
  expect(code).toBe(2)
  expect(output).toBe(
    'HTTPS_PROXY must be the URL of an HTTP proxy, such as http://proxy.example.com:3128.\n',
  )
}, 30_000)
