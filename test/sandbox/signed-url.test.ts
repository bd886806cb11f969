import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestSandbox, type TestSandbox, textAt } from './conforming-client.ts'

let sandbox: TestSandbox
let url: URL
beforeEach(async () => {
  sandbox = await startTestSandbox({ signedUrlLifetimeSeconds: 600 })
  await sandbox.post('/agents/agt_security_audit/sessions', { input: 'Audit staging' })
  sandbox.advanceClock(6)
  const artifacts = await sandbox.get('/agents/agt_security_audit/artifacts?search_query=csv')
  const link = await sandbox.get(`/artifacts/${textAt(artifacts.json, 'artifacts.0.id')}/download`)
  url = new URL(textAt(link.json, 'download_url'))
})
afterEach(() => sandbox.close())

async function codeOf(target: URL): Promise<[number, string | undefined]> {
  const response = await fetch(target)
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]]
}

test('has the format of a Google V4 signed URL, including the expiry', () => {
  expect(Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'X-Goog-Signature'))).toEqual({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
    'X-Goog-Credential':
      'downloads@gumloop-sandbox.iam.gserviceaccount.com/20261122/auto/storage/goog4_request',
    'X-Goog-Date': '20261122T150006Z',
    'X-Goog-Expires': '600',
    'X-Goog-SignedHeaders': 'host',
  })
  expect(url.searchParams.get('X-Goog-Signature')).toMatch(/^[0-9a-f]{512}$/)
})

test('works without an API key until it expires', async () => {
  sandbox.advanceClock(599)
  expect((await fetch(url)).status).toBe(200)
  expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toMatch(/^\d+$/)
  sandbox.advanceClock(1)
  expect(await codeOf(url)).toEqual([403, 'ExpiredToken'])
})

test('rejects a modified URL', async () => {
  const changed = (change: (target: URL) => void) => {
    const target = new URL(url)
    change(target)
    return codeOf(target)
  }
  expect(await changed(u => u.searchParams.set('X-Goog-Expires', '999999'))).toEqual([
    403,
    'SignatureDoesNotMatch',
  ])
  expect(await changed(u => u.searchParams.set('X-Goog-Date', '20271122T150006Z'))).toEqual([
    403,
    'SignatureDoesNotMatch',
  ])
  expect(await changed(u => u.searchParams.append('extra', '1'))).toEqual([403, 'SignatureDoesNotMatch'])
  expect(
    await changed(u => {
      u.pathname = u.pathname.replace('findings.csv', 'report.md')
    }),
  ).toEqual([403, 'SignatureDoesNotMatch'])
  expect(
    await changed(u => {
      u.search = ''
    }),
  ).toEqual([403, 'AccessDenied'])
})

test('the request log does not contain the signature', async () => {
  await (await fetch(url)).arrayBuffer()
  expect(sandbox.requests.at(-1)?.path).toBe(url.pathname)
  expect(JSON.stringify(sandbox.requests)).not.toContain('X-Goog-Signature')
})
