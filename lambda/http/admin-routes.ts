/** The administrator's routes: one function per kind of record. */
import type { Administration } from '../admin/administration.ts'
import { catalogView } from '../admin/catalog-view.ts'
import { type AdminApp, expectedVersion, jsonBody, versioned } from './admin-request.ts'

export function addAdminRoutes(app: AdminApp, administration: Administration): void {
  addConnectorRoutes(app, administration)
  addCallRoutes(app, administration)
  addAccountRoutes(app, administration)
  addToolGroupRoutes(app, administration)
  addTokenRoutes(app, administration)
  addViewRoutes(app, administration)
}

function addConnectorRoutes(app: AdminApp, { connectors }: Administration): void {
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
}

function addCallRoutes(app: AdminApp, { calls }: Administration): void {
  app.get('/integrated-account/:account/mcp/:id/calls', async c => {
    const { account, id } = c.req.param()
    return c.json(await calls.ofConnector(account, id, c.req.query()))
  })
  app.get('/integrated-account/:account/calls', async c =>
    c.json(await calls.ofAccount(c.req.param('account'), c.req.query())),
  )
}

function addAccountRoutes(app: AdminApp, { accounts }: Administration): void {
  app.get('/accounts', async c => c.json(await accounts.list(c.req.query())))
  app
    .get('/accounts/:account', async c => c.json(await accounts.show(c.req.param('account'))))
    .put(async c => c.json(await accounts.put(c.req.param('account'), await jsonBody(c), c.var.actor)))
    .delete(async c => c.json(await accounts.remove(c.req.param('account'), c.req.query(), c.var.actor)))
}

function addToolGroupRoutes(app: AdminApp, { toolGroups }: Administration): void {
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
}

function addTokenRoutes(app: AdminApp, { apiTokens, leakedTokens }: Administration): void {
  app
    .get('/api-tokens', async c => c.json(await apiTokens.list(c.req.query())))
    .post(async c => c.json(await apiTokens.create(await jsonBody(c), c.var.actor, c.var.token), 201))
  app.delete('/api-tokens/:id', async c => c.json(await apiTokens.revoke(c.req.param('id'), c.var.actor)))

  app.post('/revocations', async c => c.json(await leakedTokens.revoke(await jsonBody(c), c.var.actor)))
}

function addViewRoutes(app: AdminApp, views: Administration): void {
  app.get('/catalog', c => c.json(catalogView()))
  app.get('/deployment', async c => c.json(await views.deployment()))

  app.get('/audit', async c => {
    const { account_id, ...query } = c.req.query()
    return c.json(await views.auditTrail(account_id ?? null, query))
  })
}
