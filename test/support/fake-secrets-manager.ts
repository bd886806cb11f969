/** Secrets Manager over HTTP (JSON 1.1), as far as the product uses it. Checks that requests are signed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pointAwsAt } from './aws-environment.ts'

export interface FakeSecretsManager {
  endpointUrl: string
  /** Secret name → text. Tests may change it directly. */
  secrets: Map<string, string>
  /** Operations (`GetSecretValue`) that arrived since the last call, in order. */
  takeOperations(): string[]
  /** Answers the next requests with these errors, one each. */
  failNext(...errors: { status: number; type: string }[]): void
  close(): Promise<void>
}

type Answer = { status: number; body: Record<string, unknown> }

/** Starts it on a free port and points the AWS environment of this process at it. */
export async function startFakeSecretsManager(): Promise<FakeSecretsManager> {
  const secrets = new Map<string, string>()
  const operations: string[] = []
  const failures: { status: number; type: string }[] = []

  function answer(
    operation: string,
    input: { SecretId?: string; Name?: string; SecretString?: string },
  ): Answer {
    const failure = failures.shift()
    if (failure !== undefined) return { status: failure.status, body: { __type: failure.type } }
    const name = input.SecretId ?? input.Name ?? ''
    const ok = (body: Record<string, unknown>): Answer => ({ status: 200, body: { Name: name, ...body } })
    const existing = secrets.get(name)
    if (operation === 'CreateSecret') {
      if (existing !== undefined) return { status: 400, body: { __type: 'ResourceExistsException' } }
      secrets.set(name, input.SecretString ?? '')
      return ok({})
    }
    if (existing === undefined) return { status: 400, body: { __type: 'ResourceNotFoundException' } }
    if (operation === 'GetSecretValue') return ok({ SecretString: existing })
    if (operation === 'PutSecretValue') secrets.set(name, input.SecretString ?? '')
    if (operation === 'DeleteSecret') secrets.delete(name)
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
    takeOperations: () => operations.splice(0),
    failNext: (...errors) => void failures.push(...errors),
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
