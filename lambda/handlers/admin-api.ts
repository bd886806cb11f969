/**
 * Lambda handler of the admin API and the web console behind the gateway, which authenticates by administrator token.
 */
import { authenticateAdmin } from '../auth/authenticate-admin.ts'
import { createAdminApp } from '../http/admin-app.ts'
import { serveAdmin } from '../http/admin-entry.ts'
import { isConsolePath, serveConsole } from '../http/console-app.ts'
import { bufferedHandler } from '../http/lambda-adapter.ts'
import { withRejectionLog } from '../http/rejection-log.ts'
import { systemClock } from '../shared/clock.ts'
import { createLogger } from '../shared/logger.ts'
import { wireAdminFunction } from './admin-wiring.ts'

const logger = createLogger()
const { administration, table } = wireAdminFunction(process.env)
const app = createAdminApp({
  administration,
  access: { kind: 'bearer', authenticate: header => authenticateAdmin(header, Date.now(), { table }) },
  logger,
})

export const handler = bufferedHandler(
  withRejectionLog(
    async request => (isConsolePath(request.path) ? serveConsole(request) : serveAdmin(app, request)),
    { logger, now: systemClock },
  ),
  async () => undefined,
)
