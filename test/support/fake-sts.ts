/**
 * A fake of STS: checks the signature of a request for GetCallerIdentity by AWS's description of Signature Version 4,
 * written independently of the library that signs, and answers as STS does.
 */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface FakeIdentity {
  secretAccessKey: string
  arn: string
  sessionToken?: string
}

export interface FakeSts {
  endpointUrl: string
  port: number
  /** Access key id → whose it is. */
  identities: Map<string, FakeIdentity>
  /** What arrived, and whether it was confirmed. */
  requests: { host: string; path: string; headers: IncomingMessage['headers']; status: number }[]
  /** Replaces the answer to a confirmed request. */
  respondWith: RequestListener | undefined
  close(): Promise<void>
}

/** @param tls certificate and key of a server that speaks https; without: http */
export async function startFakeSts(tls?: { cert: string; key: string }): Promise<FakeSts> {
  const fake: Pick<FakeSts, 'identities' | 'requests' | 'respondWith'> = {
    identities: new Map(),
    requests: [],
    respondWith: undefined,
  }
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const arn = signer(request, Buffer.concat(chunks).toString(), fake.identities)
    const { headers, url = '' } = request
    const status = arn === undefined ? 403 : 200
    fake.requests.push({ host: headers.host ?? '', path: url, headers, status })
    if (arn !== undefined && fake.respondWith !== undefined) return fake.respondWith(request, response)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(
        arn === undefined
          ? { Error: { Code: 'SignatureDoesNotMatch', Type: 'Sender' }, RequestId: 'r' }
          : {
              GetCallerIdentityResponse: {
                GetCallerIdentityResult: { Account: arn.split(':')[4], Arn: arn, UserId: 'AIDATEST' },
                ResponseMetadata: { RequestId: 'r' },
              },
            },
      ),
    )
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(fake, {
    endpointUrl: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  })
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** ARN of the identity that signed this request, if the signature holds and it is GetCallerIdentity. */
function signer(
  { method, url = '', headers }: IncomingMessage,
  body: string,
  identities: Map<string, FakeIdentity>,
): string | undefined {
  const [, accessKeyId = '', scope = '', signedHeaders = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d+\/[\w-]+\/sts\/aws4_request), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const identity = identities.get(accessKeyId)
  if (identity === undefined || headers['x-amz-security-token'] !== identity.sessionToken) return undefined
  const names = signedHeaders.split(';')
  const mustBeSigned = ['host', ...Object.keys(headers).filter(name => name.startsWith('x-amz-'))]
  if (mustBeSigned.some(name => !names.includes(name))) return undefined
  const [path = '', query = ''] = url.split('?')
  const canonicalHeaders = names.map(name => `${name}:${String(headers[name]).trim()}\n`).join('')
  const canonical = [method, path, query, canonicalHeaders, signedHeaders, sha256(body)].join('\n')
  const amzDate = String(headers['x-amz-date'])
  const [day = '', region = ''] = scope.split('/')
  if (!amzDate.startsWith(day)) return undefined
  const keyOfDay = hmac(`AWS4${identity.secretAccessKey}`, day)
  const signingKey = hmac(hmac(hmac(keyOfDay, region), 'sts'), 'aws4_request')
  const expected = hmac(signingKey, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`)
  const isCallerIdentity = body === 'Action=GetCallerIdentity&Version=2011-06-15'
  return isCallerIdentity && expected.toString('hex') === signature ? identity.arn : undefined
}
