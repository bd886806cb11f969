import { expect, test } from 'vitest'
import type { OpenApiDocument } from '../../../scripts/catalog/open-api.ts'
import { compareWithSdk, newEndpoints, type Omission } from '../../../scripts/drift/compare-with-sdk.ts'
import { driftText } from '../../../scripts/drift/drift-text.ts'
import type { SdkEndpoint, SdkSurface } from '../../../scripts/drift/sdk-surface.ts'

const description: OpenApiDocument = {
  paths: {
    '/boxes/{box_id}': {
      get: {
        operationId: 'getBox',
        parameters: [{ in: 'query', name: 'cursor', schema: { type: 'string' } }],
        responses: {
          '200': {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/BoxResponse' } } },
          },
        },
      },
      patch: {
        operationId: 'updateBox',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                oneOf: [{ properties: { name: {} } }, { properties: { labels: { type: 'object' } } }],
              },
            },
          },
        },
        responses: { '204': {} },
        // Not a part of the type: an extension of the description.
        ...{ 'x-body-aliases': { name: 'title' } },
      },
    },
  },
  components: {
    schemas: {
      BoxResponse: { properties: { box: { $ref: '#/components/schemas/Box' } } },
      Box: {
        properties: {
          id: { type: 'string' },
          open: { type: 'object' },
          items: { type: 'array', items: { properties: { id: { type: 'string' } } } },
        },
      },
    },
  },
}

const endpoint = (more: Partial<SdkEndpoint>): SdkEndpoint => ({
  method: 'GET',
  path: '/boxes/{}',
  sentAs: ['Boxes.get'],
  query: [],
  body: null,
  response: null,
  ...more,
})
const sdk = (...endpoints: SdkEndpoint[]): SdkSurface => ({ version: '9.9.9', endpoints })
const missing = (one: SdkEndpoint, omissions: Omission[] = []) =>
  compareWithSdk(description, sdk(one), omissions).missing.map(({ kind, at }) => `${kind} ${at}`)

test('an endpoint is compared by method and path, whatever its parameters are called', () => {
  expect(missing(endpoint({}))).toEqual([])
  expect(missing(endpoint({ method: 'DELETE' }))).toEqual(['endpoint DELETE /boxes/{}'])
  expect(missing(endpoint({ path: '/boxes/{}/lid' }))).toEqual(['endpoint GET /boxes/{}/lid'])
})

test('a parameter of the query that the description lacks is found', () => {
  expect(missing(endpoint({ query: ['cursor', 'limit'] }))).toEqual(['query GET /boxes/{} limit'])
})

test('a field of a response is found through references and lists, and an open object has every field', () => {
  const response = {
    box: { id: null, open: { any: null }, items: { id: null, size: null } },
    extra: { a: null },
  }
  expect(missing(endpoint({ response }))).toEqual([
    'response GET /boxes/{} box.items[].size',
    'response GET /boxes/{} extra',
  ])
})

test('a field of a body may be in any choice, or be an alias', () => {
  const body = { name: null, title: null, labels: { red: null }, weight: null }
  expect(missing(endpoint({ method: 'PATCH', body }))).toEqual(['body PATCH /boxes/{} weight'])
  expect(missing(endpoint({ body: { name: null } }))).toEqual(['body GET /boxes/{} name'])
})

test('an omission names one gap in full; one that is no longer needed is reported', () => {
  const at = ['GET /boxes/{} limit', 'GET /boxes/{} gone']
  const omissions: Omission[] = [{ kind: 'query', at, reason: 'a test' }]
  const drift = compareWithSdk(description, sdk(endpoint({ query: ['limit', 'limits'] })), omissions)
  expect(drift).toEqual({
    version: '9.9.9',
    endpointCount: 1,
    missing: [{ kind: 'query', at: 'GET /boxes/{} limits' }],
    omitted: [{ kind: 'query', at: 'GET /boxes/{} limit' }],
    unused: [{ kind: 'query', at: 'GET /boxes/{} gone' }],
  })
  const text = driftText(drift, { since: '9.0.0', endpoints: newEndpoints(sdk(), sdk(endpoint({}))) })
  expect(text.split('\n')).toEqual([
    "Gumloop's Python SDK 9.9.9: 1 endpoints.",
    '',
    'New since 9.0.0 (1):',
    '  GET /boxes/{}',
    '',
    'Query parameters (1):',
    '  GET /boxes/{} limits',
    '',
    'Omissions that are no longer needed; delete them from scripts/drift/omissions.json (1):',
    '  query GET /boxes/{} gone',
    '',
    '1 missing, 1 left out on purpose.',
  ])
})
