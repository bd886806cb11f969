/** Lambda handler of the IAM-only admin function: `{method, path, body?, identity?}` → `{status, body}`. */
import type { Context } from 'aws-lambda'
import { identifyInvoker } from '../auth/identify-invoker.ts'
import { createAdminApp } from '../http/admin-app.ts'
import { type AdminInvocationResult, invokeAdmin } from '../http/admin-entry.ts'
import { systemClock } from '../shared/clock.ts'
import { createLogger } from '../shared/logger.ts'
import { wireAdminFunction } from './admin-wiring.ts'

const logger = createLogger()
const app = createAdminApp({
  administration: wireAdminFunction(process.env).administration,
  access: { kind: 'iam' },
  logger,
})
const deps = { region: process.env.AWS_REGION ?? '', now: systemClock, logger }

export const handler = (
  event: unknown,
  { invokedFunctionArn }: Pick<Context, 'invokedFunctionArn'>,
): Promise<AdminInvocationResult> => {
  // Lambda sets it. A caller chooses only the qualifier (version or alias) behind the function's own ARN.
  const functionArn = invokedFunctionArn.split(':').slice(0, 7).join(':')
  return invokeAdmin(app, event, (identity, request) =>
    identifyInvoker(identity, { functionArn, request }, deps),
  )
}
