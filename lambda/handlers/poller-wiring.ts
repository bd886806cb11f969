/** Composition root of the poller, from the environment of a deployed function. It uses no AWS client, to load fast. */
import { clearNeedsReauth, markNeedsReauth } from '../accounts/account-state.ts'
import { secretCredentials } from '../accounts/credentials.ts'
import { createEvents } from '../aws/events.ts'
import { createListReader } from '../aws/list-reader.ts'
import { createSecretReader } from '../aws/secret-reader.ts'
import { createTableReader } from '../aws/table-reader.ts'
import { pollOperation } from '../runs/watch/poll-operation.ts'
import type { PollDeps } from '../runs/watch/poll-run.ts'
import { unsentEnds } from '../runs/watch/unfinished-watches.ts'
import { createWatchStore } from '../runs/watch/watch-store.ts'
import { systemClock } from '../shared/clock.ts'
import { readMcpConfig } from '../shared/config.ts'
import { createLogger } from '../shared/logger.ts'
import { RUN_EVENT } from '../shared/names.ts'

/** @throws ConfigurationError naming every missing or invalid variable. */
export function wirePoller(environment: NodeJS.ProcessEnv): PollDeps {
  const { tableName, accountSecretPrefix: prefix, hosts, logLevel } = readMcpConfig(environment)
  const credentials = secretCredentials({ reader: createSecretReader(), prefix, now: systemClock })
  const events = createEvents()
  const table = createTableReader({ tableName })
  const logger = createLogger(logLevel)
  return {
    watches: createWatchStore(table),
    operation: pollOperation({ hosts, credentials }),
    unsentEnds: endedBeforeMs =>
      unsentEnds(createListReader({ tableName }), endedBeforeMs, item =>
        logger.warn('record_unreadable', { item }),
      ),
    sendEvent: detail => events.put({ ...RUN_EVENT, detail }),
    onCredentialsRefused: accountId => markNeedsReauth(table, accountId, systemClock()),
    onCredentialsAccepted: accountId => clearNeedsReauth(table, accountId),
    now: systemClock,
    random: Math.random,
    logger,
  }
}
