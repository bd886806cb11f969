import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAdminApp } from '../../../lambda/http/admin-app.ts'
import { ADMIN_OPENAPI } from '../../../lambda/http/admin-openapi.ts'
import { ADMIN_SCHEMAS } from '../../../lambda/http/admin-openapi-schemas.ts'
import type { Schema } from '../../../lambda/http/admin-schema-parts.ts'
import { createLogger } from '../../../lambda/shared/logger.ts'
import { type AdminServer, FOUR_TOOLS, startAdminServer } from '../../support/admin-server.ts'
import { bent, fitting, type Known } from '../../support/schema-arbitrary.ts'

const KEY = 'a-planted-key-of-acme'
const RUNS = 120

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: KEY })
  await server.ask('PUT', '/accounts/acme/tool-groups/reporting', { tags: ['artifacts'] })
})
afterAll(() => server.close())

// ajv-formats is CommonJS: its types and its default export differ between module systems.
const ajv = (addFormats as unknown as (ajv: Ajv2020) => Ajv2020)(
  new Ajv2020({ strict: false, allErrors: false, unicodeRegExp: true }),
)
ajv.addSchema({ $id: 'api', components: { schemas: ADMIN_SCHEMAS } })
const fits = (name: string, value: unknown) =>
  ajv.validate({ $ref: `api#/components/schemas/${name}` }, value)

interface Called {
  method: string
  path: string
  operationId: string
  body: string | undefined
  query: { name: string; schema: Schema }[]
  answers: Record<string, string | undefined>
}

const schemaNameOf = (holder: unknown): string | undefined =>
  /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(holder ?? null))?.[1]

const operations: Called[] = Object.entries(ADMIN_OPENAPI.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId, requestBody, responses, parameters = [] }]) => ({
    method: method.toUpperCase(),
    path,
    operationId,
    body: schemaNameOf(requestBody),
    query: parameters.filter(one => one.in === 'query'),
    answers: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, schemaNameOf(response)]),
    ),
  })),
)

describe('the OpenAPI document', () => {
  test('has every route of the app, and no others', () => {
    const app = createAdminApp({
      administration: server.administration,
      access: { kind: 'iam' },
      logger: createLogger('error', () => undefined),
    })
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:\w+/g, '{}')}`)
    const described = operations.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
    expect([...new Set(routes)].sort()).toEqual(described.sort())
  })

  test('is served without a token, is complete, and has unique operation ids', async () => {
    const answer = await fetch(`${server.url}/openapi.json`)
    expect([answer.status, await answer.json()]).toEqual([200, JSON.parse(JSON.stringify(ADMIN_OPENAPI))])
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const [, name = ''] of JSON.stringify(ADMIN_OPENAPI).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      expect(ADMIN_SCHEMAS).toHaveProperty(name)
    }
    for (const { path } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const methods = Object.values(ADMIN_OPENAPI.paths[path] ?? {})
      for (const { parameters = [] } of methods) {
        expect(parameters.filter(one => one.in === 'path').map(({ name }) => name)).toEqual(inPath)
      }
    }
  })

  test('has valid schemas, and one schema for all errors', () => {
    for (const name of Object.keys(ADMIN_SCHEMAS)) expect(() => fits(name, null)).not.toThrow()
    const errors = operations
      .filter(({ operationId }) => operationId !== 'getDescription')
      .flatMap(({ answers }) => Object.entries(answers).filter(([status]) => status >= '400'))
    expect(new Set(errors.map(([, name]) => name))).toEqual(new Set(['Error']))
    expect(ADMIN_SCHEMAS.Error).toHaveProperty('properties.error.properties.faults.deprecated', true)
  })
})

/** Sends a request, and checks what must hold for every response. */
async function send(called: Called, path: string, body: string | undefined, headers: Record<string, string>) {
  const response = await fetch(`${server.url}${path}`, {
    method: called.method,
    headers: { authorization: `Bearer ${server.token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const answer = JSON.parse(text)
  const schema = called.answers[response.status]
  if (called.operationId !== 'getDescription') {
    expect(schema, `${called.operationId} answered ${response.status}, which is not described`).toBeDefined()
    expect(fits(schema ?? '', answer), `${text}\n${JSON.stringify(ajv.errors)}`).toBe(true)
  }
  expect(response.status).toBeLessThan(500)
  expect(text).not.toMatch(/[0-9a-f]{64}|\bat \w+ \(|node_modules/)
  expect(text).not.toContain(KEY)
  expect(text).not.toContain(server.token.slice(-43))
  return { status: response.status, answer }
}

const tail = fc.webSegment().filter(segment => segment !== '' && !/^\.{1,2}$/.test(segment))

describe('random requests', () => {
  test('get documented responses without internal errors or secrets; invalid ones are rejected', async () => {
    const first = (await server.ask('POST', '/integrated-account/acme/mcp', { name: 'x' })).body
    const requests = fc.constantFrom(...operations).chain(called =>
      fc.record({
        called: fc.constant(called),
        ids: fc.record({
          account_id: fc.oneof({ weight: 4, arbitrary: fc.constant('acme') }, { weight: 1, arbitrary: tail }),
          id: fc.oneof({ weight: 4, arbitrary: fc.constant(first.id) }, { weight: 1, arbitrary: tail }),
          name: fc.oneof({ weight: 2, arbitrary: fc.constant('reporting') }, { weight: 1, arbitrary: tail }),
        }),
        query: fc.record(
          Object.fromEntries(
            called.query.map(({ name, schema }) => [
              name,
              fc.oneof(fitting(schema).map(String), fc.string({ maxLength: 20 })),
            ]),
          ),
          { requiredKeys: [] },
        ),
        body:
          called.body === undefined
            ? fc.constant(undefined)
            : fc.oneof(
                fitting(ADMIN_SCHEMAS[called.body] ?? {}),
                bent(fitting(ADMIN_SCHEMAS[called.body] ?? {})),
                bent(bent(fitting(ADMIN_SCHEMAS[called.body] ?? {}))),
              ),
        ifMatch: fc.option(fc.constantFrom('*', '"1"', 'W/"2"', '"x"', '"99999999999999999999"'), {
          nil: undefined,
        }),
      }),
    )
    // The account is not removed here; the tests of accounts cover that.
    const harmless = requests.filter(
      ({ called, ids }) => called.operationId !== 'removeAccount' || ids.account_id !== 'acme',
    )
    await fc.assert(
      fc.asyncProperty(harmless, async ({ called, ids, query, body, ifMatch }) => {
        const names: Record<string, string> = ids
        const path = called.path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '')
        const search = new URLSearchParams(
          Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
        )
        const text = body === undefined ? undefined : JSON.stringify(body)
        const { status } = await send(called, `${path}?${search}`, text, {
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        })
        if (called.body !== undefined && text !== undefined && !fits(called.body, JSON.parse(text))) {
          expect([400, 404, 409, 413], `${called.operationId} took ${text}`).toContain(status)
        }
      }),
      { numRuns: RUNS },
    )
    expect((await server.ask('GET', '/accounts/acme')).body.state).toBe('ready')
  })

  test('succeed if they are valid and refer to existing records', async () => {
    const { id } = (await server.ask('POST', '/integrated-account/acme/mcp', { name: 'kept' })).body
    const leaked = (await server.ask('POST', '/integrated-account/acme/mcp', { name: 'leaked' })).body
    await server.ask('PUT', '/accounts/acme/tool-groups/kept', { tags: ['artifacts'] })
    const words = fc.constantFrom('read', 'write', 'custom', ...FOUR_TOOLS.toolNames)
    const known: Known = {
      token: fc.constant(leaked.token),
      'config.methods[]': words,
      'config.tags[]': fc.constantFrom(...FOUR_TOOLS.tags, 'kept'),
      'tools[]': fc.constantFrom(...FOUR_TOOLS.toolNames),
      'tags[]': fc.constantFrom(...FOUR_TOOLS.tags),
      'config.catalog_version': fc.constantFrom(1, FOUR_TOOLS.catalogVersion),
      catalog_version: fc.constantFrom(1, FOUR_TOOLS.catalogVersion),
      expires_at: fc
        .option(fc.date({ min: new Date('2027-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }))
        .map(date => date?.toISOString() ?? null),
    }
    const asked = fc
      .constantFrom(...operations.filter(({ body }) => body !== undefined))
      .chain(called => fc.tuple(fc.constant(called), fitting(ADMIN_SCHEMAS[called.body ?? ''] ?? {}, known)))
      .filter(([called, body]) => fits(called.body ?? '', body) === true)
    await fc.assert(
      fc.asyncProperty(asked, async ([called, body]) => {
        const names: Record<string, string> = { account_id: 'acme', id, name: 'other' }
        const path = called.path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? '')
        const { status, answer } = await send(called, path, JSON.stringify(body), {})
        // Rules that no schema can express.
        if (status !== 200 && status !== 201)
          expect(JSON.stringify(answer)).toMatch(
            /no tool matches|no tool would be left|every tool that matches was added|without any tool|only for the scope connect/,
          )
      }),
      { numRuns: RUNS },
    )
  })
})
