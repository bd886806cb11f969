/** Composition root of the MCP function, once per execution environment, from its variables. */
import { secretCredentials } from '../accounts/credentials.ts'
import { createKeyHealth } from '../accounts/key-health.ts'
import { authenticate, primeAuthentication } from '../auth/authenticate.ts'
import { createEvents } from '../aws/events.ts'
import { createSecretReader } from '../aws/secret-reader.ts'
import { openConnection } from '../aws/signed-request.ts'
import { createTableReader } from '../aws/table-reader.ts'
import { createWorkflow } from '../aws/workflow.ts'
import { returnReporter } from '../connectors/report-return.ts'
import { prime } from '../gumloop/send.ts'
import { createMcpApp, type McpApp } from '../http/mcp-app.ts'
import { HAS_SHORTCUTS } from '../mcp/shortcuts.ts'
import { warmUp } from '../mcp/warm-up.ts'
import { type Runs, unwatchedRuns, WATCH_LIMIT_HOURS_DEFAULT, watchedRuns } from '../runs/runs.ts'
import { workflowPollScheduler } from '../runs/watch/workflow-poll-scheduler.ts'
import { systemClock } from '../shared/clock.ts'
import { type McpConfig, readMcpConfig } from '../shared/config.ts'
import { createLogger, type Logger } from '../shared/logger.ts'
import { chooseTransport } from '../shared/transport/choose-transport.ts'
import { socketTransport } from '../shared/transport/socket-transport.ts'
import { meteredLogger } from '../tools/metered-logger.ts'

export interface McpFunction {
  app: McpApp
  /** Waits for the background work that no response waited for. */
  settle: () => Promise<void>
  /** Opens every connection that the first call needs: during init the CPU is not throttled. */
  prime: () => Promise<void>
  isStreaming: boolean
}

export function wireMcpFunction(environment: NodeJS.ProcessEnv): McpFunction {
  if (HAS_SHORTCUTS) chooseTransport(socketTransport)
  const config = readMcpConfig(environment)
  const logger = createLogger(config.logLevel)
  const background = new Set<Promise<void>>()
  const table = createTableReader({ tableName: config.tableName })
  const inBackground = (work: Promise<void>) => {
    background.add(work)
    void work.finally(() => background.delete(work))
  }
  const authDeps = { table, inBackground, onReturn: returnReporter(createEvents(), logger) }
  const keys = createKeyHealth(table, systemClock)
  const app = createMcpApp({
    authenticate: input => authenticate(input, authDeps),
    credentials: secretCredentials({
      reader: createSecretReader(),
      prefix: config.accountSecretPrefix,
      now: systemClock,
    }),
    hosts: config.hosts,
    onCredentialsRefused: id => inBackground(keys.refused(id).catch(() => undefined)),
    onCredentialsAccepted: id => inBackground(keys.accepted(id).catch(() => undefined)),
    allowedOrigins: config.allowedOrigins,
    runs: openRuns(config, logger),
    logger: config.metrics === undefined ? logger : meteredLogger(logger, config.metrics, systemClock),
    isLoggingDetails: config.isLoggingDetails,
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
        warmUp(),
      ]).catch(() => undefined)
    },
    isStreaming: config.isStreaming,
  }
}

/**
 * Runs are watched by the state machine if there is one; otherwise a wait polls Gumloop itself while the call lasts.
 */
function openRuns(config: McpConfig, logger: Logger): Runs {
  const { runWorkflowArn, tableName, maxWaitSeconds, runWatchHours = WATCH_LIMIT_HOURS_DEFAULT } = config
  const common = { now: systemClock, ...(maxWaitSeconds !== undefined && { maxWaitSeconds }) }
  if (runWorkflowArn === undefined) return unwatchedRuns(common)
  return watchedRuns({
    ...common,
    table: createTableReader({ tableName }),
    scheduler: workflowPollScheduler(createWorkflow({ arn: runWorkflowArn })),
    watchLimitMs: runWatchHours * 3_600_000,
    logger,
  })
}
