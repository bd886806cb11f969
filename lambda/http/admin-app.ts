/**
 * The administrator's routes (docs/administration.md), the same behind the gateway, on the local server and in the
 * IAM-only function.
 */
import { type Context, Hono } from 'hono'
import type { Administration } from '../admin/administration.ts'
import { catalogView } from '../admin/catalog-view.ts'
import type { AdminAuthentication } from '../auth/authenticate-admin.ts'
import { UNVERIFIED_INVOKER } from '../auth/identify-invoker.ts'
import type { StoredApiToken } from '../connectors/api-token.ts'
import { AppError, describeCause } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { ADMIN_PATHS } from '../shared/names.ts'
import { adminError } from './admin-error.ts'
import { ADMIN_OPENAPI } from './admin-openapi.ts'
import { ADMIN_SECURITY_HEADERS } from './security-headers.ts'

/** Who may call: holders of an administrator token, or whoever IAM allows to invoke the function. */
export type AdminAccess =
  | { kind: 'bearer'; authenticate(authorization: string | undefined): Promise<AdminAuthentication> }
  | { kind: 'iam' }

export interface AdminEnvironment {
  /** Passed with each change where `kind` is `iam`: who the caller is. */
  Bindings: { actor?: string }
  Variables: {
    actor: string
    /** The administrator token of the request; undefined where IAM authenticates. */
    token: StoredApiToken | undefined
  }
}

export type AdminApp = Hono<AdminEnvironment>

export interface AdminAppDeps {
  administration: Administration
  access: AdminAccess
  logger: Logger
}

type AdminContext = Context<AdminEnvironment>

/** Request bodies are small JSON objects. */
const MAX_ADMIN_BODY_BYTES = 100_000

/** True for the paths that administration answers. */
export function isAdminPath(path: string): boolean {
  const [, first] = path.split('/')
  return ADMIN_PATHS.some(name => name === first)
}

export function createAdminApp({ administration, access, logger }: AdminAppDeps): AdminApp {
  const { connectors, accounts, apiTokens, toolGroups, leakedTokens, calls } = administration
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

  app
    .get('/integrated-account/:account/mcp', async c =>
      c.json(await connectors.list(c.req.param('account'), c.req.query())),
    )
    .post(async c => {
      const created = await connectors.create(c.req.param('account'), await jsonBody(c), c.var.actor)
      return c.json(created, 201)
    })

  app
    .get('/integrated-account/:account/mcp/:id', async c => {
      const { account, id } = c.req.param()
      return versioned(c, await connectors.show(account, id))
    })
    .patch(async c => {
      const { account, id } = c.req.param()
      const change = await jsonBody(c)
      return versioned(c, await connectors.update(account, id, change, c.var.actor, expectedVersion(c)))
    })
    .delete(async c => {
      const { account, id } = c.req.param()
      return c.json(await connectors.revoke(account, id, c.var.actor))
    })

  app.post('/integrated-account/:account/mcp/:id/rotate', async c => {
    const { account, id } = c.req.param()
    return c.json(await connectors.rotate(account, id, await jsonBody(c, {}), c.var.actor))
  })

  app.post('/integrated-account/:account/mcp/:id/refresh', async c => {
    const { account, id } = c.req.param()
    return c.json(await connectors.refresh(account, id, await jsonBody(c, {}), c.var.actor))
  })

  app.get('/integrated-account/:account/mcp/:id/calls', async c => {
    const { account, id } = c.req.param()
    return c.json(await calls.ofConnector(account, id, c.req.query()))
  })
  app.get('/integrated-account/:account/calls', async c =>
    c.json(await calls.ofAccount(c.req.param('account'), c.req.query())),
  )

  app.get('/accounts', async c => c.json(await accounts.list(c.req.query())))
  app
    .get('/accounts/:account', async c => c.json(await accounts.show(c.req.param('account'))))
    .put(async c => c.json(await accounts.put(c.req.param('account'), await jsonBody(c), c.var.actor)))
    .delete(async c => c.json(await accounts.remove(c.req.param('account'), c.req.query(), c.var.actor)))

  app.get('/accounts/:account/tool-groups', async c =>
    c.json(await toolGroups.list(c.req.param('account'), c.req.query())),
  )
  app
    .get('/accounts/:account/tool-groups/:name', async c => {
      const { account, name } = c.req.param()
      return versioned(c, await toolGroups.show(account, name))
    })
    .put(async c => {
      const { account, name } = c.req.param()
      const body = await jsonBody(c)
      return versioned(c, await toolGroups.put(account, name, body, c.var.actor, expectedVersion(c)))
    })
    .delete(async c => {
      const { account, name } = c.req.param()
      return c.json(await toolGroups.remove(account, name, c.var.actor))
    })

  app
    .get('/api-tokens', async c => c.json(await apiTokens.list(c.req.query())))
    .post(async c => c.json(await apiTokens.create(await jsonBody(c), c.var.actor, c.var.token), 201))
  app.delete('/api-tokens/:id', async c => c.json(await apiTokens.revoke(c.req.param('id'), c.var.actor)))

  app.post('/revocations', async c => c.json(await leakedTokens.revoke(await jsonBody(c), c.var.actor)))

  app.get('/catalog', c => c.json(catalogView()))
  app.get('/deployment', async c => c.json(await administration.deployment()))

  app.get('/audit', async c => {
    const { account_id, ...query } = c.req.query()
    return c.json(await administration.auditTrail(account_id ?? null, query))
  })

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

/** The body as JSON; `fallback` for an empty one. Errors do not quote the body, which may contain a key. */
async function jsonBody(context: AdminContext, fallback?: unknown): Promise<unknown> {
  const text = await context.req.text()
  if (Buffer.byteLength(text) > MAX_ADMIN_BODY_BYTES) {
    throw new AppError('payload_too_large', `The body is larger than ${MAX_ADMIN_BODY_BYTES} bytes.`)
  }
  if (text === '' && fallback !== undefined) return fallback
  try {
    return JSON.parse(text)
  } catch {
    const errors = [{ path: '', message: 'the body must be JSON' }]
    throw new AppError('invalid_arguments', 'The body is not JSON.', { errors })
  }
}

/** The record, with its version as the `ETag` for a later `If-Match`. */
function versioned(context: AdminContext, { record, version }: { record: object; version: number }) {
  context.header('etag', `"${version}"`)
  return context.json(record)
}

/** The version in `If-Match`: the change is made only if it is still the current one. */
function expectedVersion(context: AdminContext): number | undefined {
  const header = context.req.header('if-match')
  if (header === undefined || header === '*') return undefined
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1]
  // A tag that this server never sent matches no version.
  return version === undefined ? -1 : Number(version)
}
