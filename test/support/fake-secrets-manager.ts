/** A fake of Secrets Manager over HTTP (JSON 1.1). Rejects unsigned requests. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'

export interface ScriptedError {
  status: number
  type: string
}

export interface FakeSecretsManager {
  endpointUrl: string
  /** Secret name → text, undefined while it has none. Tests may change it directly. */
  secrets: Map<string, string | undefined>
  /** Secret name → its resource policy. */
  policies: Map<string, string>
  /** Secret name → ARN of the KMS key that encrypts it; absent: AWS's own. */
  keys: Map<string, string>
  /** Operations (`GetSecretValue`) that arrived since the last call, in order. */
  takeOperations(): string[]
  /** Names of the secrets that were read since the last call, in order. */
  takeReads(): string[]
  /** Errors for the next requests, one each; undefined for a regular response. */
  failNext(...errors: (ScriptedError | undefined)[]): void
  close(): Promise<void>
}

type Answer = { status: number; body: Record<string, unknown> }

/** Starts the fake on a free port and points the AWS environment of this process at it. */
export async function startFakeSecretsManager(): Promise<FakeSecretsManager> {
  const secrets: FakeSecretsManager['secrets'] = new Map()
  const policies = new Map<string, string>()
  const keys = new Map<string, string>()
  const operations: string[] = []
  const reads: string[] = []
  const failures: (ScriptedError | undefined)[] = []

  function answer(
    operation: string,
    input: {
      SecretId?: string
      Name?: string
      SecretString?: string
      KmsKeyId?: string
      ResourcePolicy?: string
    },
  ): Answer {
    const failure = failures.shift()
    if (failure !== undefined) return { status: failure.status, body: { __type: failure.type } }
    const name = input.SecretId ?? input.Name ?? ''
    const ok = (body: Record<string, unknown>): Answer => ({ status: 200, body: { Name: name, ...body } })
    const notFound = { status: 400, body: { __type: 'ResourceNotFoundException' } }
    if (operation === 'CreateSecret' || operation === 'UpdateSecret') {
      if ((operation === 'CreateSecret') === secrets.has(name))
        return secrets.has(name) ? { status: 400, body: { __type: 'ResourceExistsException' } } : notFound
      secrets.set(name, input.SecretString ?? secrets.get(name))
      if (input.KmsKeyId === '') keys.delete(name)
      else if (input.KmsKeyId !== undefined) keys.set(name, input.KmsKeyId)
      return ok({})
    }
    if (!secrets.has(name)) return notFound
    if (operation === 'GetSecretValue') {
      reads.push(name)
      const text = secrets.get(name)
      return text === undefined ? notFound : ok({ SecretString: text })
    }
    if (operation === 'PutResourcePolicy') policies.set(name, input.ResourcePolicy ?? '')
    if (operation === 'DeleteSecret') for (const map of [secrets, policies, keys]) map.delete(name)
    return ok(operation === 'DescribeSecret' ? { LastChangedDate: 1_700_000_000 } : {})
  }

  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '')
    const signed = String(request.headers.authorization).includes('/us-east-1/secretsmanager/aws4_request')
    let text = ''
    request.setEncoding('utf8')
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      operations.push(target.replace(/^secretsmanager\./, ''))
      const { status, body } = signed
        ? answer(target.replace(/^secretsmanager\./, ''), JSON.parse(text))
        : { status: 403, body: { __type: 'MissingAuthenticationTokenException' } }
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  pointAwsAt({ AWS_ENDPOINT_URL_SECRETS_MANAGER: endpointUrl })
  return {
    endpointUrl,
    secrets,
    policies,
    keys,
    takeOperations: () => operations.splice(0),
    takeReads: () => reads.splice(0),
    failNext: (...errors) => void failures.push(...errors),
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
