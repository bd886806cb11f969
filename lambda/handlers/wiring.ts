/** Composition root of the MCP function: makes the app once per environment, from the environment's variables. */
import { secretCredentials } from '../accounts/credentials.ts'
import { authenticate, primeAuthentication } from '../auth/authenticate.ts'
import { createSecretReader } from '../aws/secret-reader.ts'
import { openConnection } from '../aws/signed-request.ts'
import { createTableReader } from '../aws/table-reader.ts'
import { prime } from '../gumloop/send.ts'
import { createMcpApp, type McpApp } from '../http/mcp-app.ts'
import { meteredLogger } from '../mcp/metered-logger.ts'
import { systemClock } from '../shared/clock.ts'
import { readMcpConfig } from '../shared/config.ts'
import { createLogger } from '../shared/logger.ts'

export interface McpFunction {
  app: McpApp
  /** Waits for work that no answer waited for. */
  settle: () => Promise<void>
  /** Opens every connection that a first call needs; init runs on a full core whatever the memory size. */
  prime: () => Promise<void>
  isStreaming: boolean
}

export function wireMcpFunction(environment: NodeJS.ProcessEnv): McpFunction {
  const config = readMcpConfig(environment)
  const logger = createLogger(config.logLevel)
  const background = new Set<Promise<void>>()
  const authDeps = {
    table: createTableReader({ tableName: config.tableName }),
    inBackground: (work: Promise<void>) => {
      background.add(work)
      void work.finally(() => background.delete(work))
    },
  }
  const app = createMcpApp({
    authenticate: input => authenticate(input, authDeps),
    credentials: secretCredentials({
      reader: createSecretReader(),
      prefix: config.accountSecretPrefix,
      now: systemClock,
    }),
    hosts: config.hosts,
    allowedOrigins: config.allowedOrigins,
    logger: config.metrics === undefined ? logger : meteredLogger(logger, config.metrics, systemClock),
    now: systemClock,
  })
  return {
    app,
    settle: async () => void (await Promise.all(background)),
    prime: async () => {
      await Promise.all([
        primeAuthentication(authDeps),
        openConnection('secretsmanager'),
        prime([config.hosts.baseUrl]),
      ]).catch(() => undefined)
    },
    isStreaming: config.isStreaming,
  }
}
