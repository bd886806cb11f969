/** Lambda handler of the IAM-only admin function: `{method, path, body?, actor?}` → `{status, body}`. */
import { createAdminApp } from '../http/admin-app.ts'
import { type AdminInvocationResult, invokeAdmin } from '../http/admin-entry.ts'
import { createLogger } from '../shared/logger.ts'
import { wireAdminFunction } from './admin-wiring.ts'

const app = createAdminApp({
  administration: wireAdminFunction(process.env).administration,
  access: { kind: 'iam' },
  logger: createLogger(),
})

export const handler = (event: unknown): Promise<AdminInvocationResult> => invokeAdmin(app, event)
