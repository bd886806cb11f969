/** Fakes of AWS and Gumloop on one local port, with one connector. They respond without delay. */
import { once } from 'node:events'
import http from 'node:http'
import { toAttributes } from '../lambda/aws/attribute-value.ts'
import { connectorToItem } from '../lambda/connectors/connector-item.ts'
import { formatToken, hashSecret } from '../lambda/connectors/token.ts'
import { ENV } from '../lambda/shared/names.ts'

const TOKEN = { id: 'benchbenchbench0', secret: 'S'.repeat(43) }

const CONNECTOR = connectorToItem({
  record: {
    id: TOKEN.id,
    name: 'Bench',
    account_id: 'bench',
    config: {
      methods: [],
      tags: [],
      tool_exposure: 'essentials',
      require_api_token_auth: false,
      max_result_characters: 48_000,
    },
    disabled: false,
    expires_at: null,
    created_by: 'bench',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    last_used_at: '2999-01-01T00:00:00Z',
    last_used_from: null,
    revoked_at: null,
  },
  secretHash: hashSecret(TOKEN.secret),
  version: 1,
})

/** About 2 KB, the size of a short chat. */
const SESSION = {
  session: {
    session_id: 'ses_8fj2Kd0',
    state: 'completed',
    messages: Array.from({ length: 8 }, (_, index) => ({
      id: `msg_${index}`,
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: 'The agent compared the totals with last month and wrote the outcome to the sheet. '.repeat(2),
    })),
  },
}

export interface FakeServices {
  /** The environment variables that point the function at them. */
  environment: Record<string, string>
  /** The token of the one connector. */
  token: string
  close(): void
}

/** Starts the fakes in this process. */
export async function startFakeServices(): Promise<FakeServices> {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      const text = JSON.stringify(bodyFor(String(request.headers['x-amz-target'] ?? '')))
      response.setHeader('content-type', 'application/json').end(request.method === 'HEAD' ? '' : text)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The fake services have no port')
  const url = `http://127.0.0.1:${address.port}`
  return {
    token: formatToken('gmcp', TOKEN),
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL: url,
      [ENV.tableName]: 'bench',
      [ENV.accountSecretPrefix]: 'bench/accounts/',
      [ENV.gumloopBaseUrl]: `${url}/api/v1`,
      [ENV.gumloopStreamBaseUrl]: `${url}/api/v1`,
      [ENV.transferMode]: 'BUFFERED',
      [ENV.logLevel]: 'error',
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** @param target the operation's name in a request to AWS; empty for Gumloop */
function bodyFor(target: string): unknown {
  if (target.endsWith('.GetItem')) return { Item: toAttributes(CONNECTOR) }
  if (target.endsWith('.UpdateItem')) return {}
  if (target.endsWith('.GetSecretValue'))
    return { SecretString: JSON.stringify({ api_key: 'bench', user_id: 'bench' }) }
  return SESSION
}
