/**
 * The administrator's routes (docs/administration.md), the same behind the gateway, on the local server and in the
 * IAM-only function.
 */
import { Hono } from 'hono'
import type { Administration } from '../admin/administration.ts'
import type { AdminAuthentication } from '../auth/authenticate-admin.ts'
import { UNVERIFIED_INVOKER } from '../auth/identify-invoker.ts'
import type { StoredApiToken } from '../connectors/api-token.ts'
import { AppError, describeCause } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { ADMIN_PATHS } from '../shared/names.ts'
import { adminError } from './admin-error.ts'
import { ADMIN_OPENAPI } from './admin-openapi.ts'
import type { AdminApp, AdminContext } from './admin-request.ts'
import { addAdminRoutes } from './admin-routes.ts'
import { ADMIN_SECURITY_HEADERS } from './security-headers.ts'

/** Who may call: holders of an administrator token, or whoever IAM allows to invoke the function. */
export type AdminAccess =
  | { kind: 'bearer'; authenticate(authorization: string | undefined): Promise<AdminAuthentication> }
  | { kind: 'iam' }

export interface AdminAppDeps {
  administration: Administration
  access: AdminAccess
  logger: Logger
}

/** True for the paths that administration answers. */
export function isAdminPath(path: string): boolean {
  const [, first] = path.split('/')
  return ADMIN_PATHS.some(name => name === first)
}

export function createAdminApp({ administration, access, logger }: AdminAppDeps): AdminApp {
  const app: AdminApp = new Hono()

  app.use('*', async (context, next) => {
    for (const [name, value] of Object.entries(ADMIN_SECURITY_HEADERS)) context.header(name, value)
    await next()
  })
  // Served without a token: the description is the same everywhere and reveals nothing about this deployment.
  app.get('/openapi.json', c => c.json(ADMIN_OPENAPI))
  app.use('*', async (context, next) => {
    const { actor, token } = await callerOf(context, access)
    context.set('actor', actor)
    context.set('token', token)
    await next()
  })
  app.onError((caught, context) => {
    const { status, body, error } = adminError(caught)
    if (error.code === 'internal') {
      logger.error('admin_error', { message: error.message, cause: describeCause(error) })
    }
    if (status === 401) context.header('www-authenticate', 'Bearer')
    return context.json(body, status)
  })
  app.notFound(() => {
    throw new AppError('not_found', 'No such route, or not with this method.')
  })

  addAdminRoutes(app, administration)
  return app
}

async function callerOf(
  context: AdminContext,
  access: AdminAccess,
): Promise<{ actor: string; token?: StoredApiToken }> {
  if (access.kind === 'iam') return { actor: context.env?.actor ?? UNVERIFIED_INVOKER }
  const known = await access.authenticate(context.req.header('authorization'))
  if (known !== undefined) return known
  throw new AppError('unauthorized', 'A valid administrator token is required: Authorization: Bearer gapi_…')
}
