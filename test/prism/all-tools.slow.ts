/**
 * Calls every operation of Gumloop through MCP against a mock generated from Gumloop's API description. The mock accepts
 * everything that the tools accept, field by field, and never receives what they reject.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, toolIndex } from '../../lambda/catalog/catalog.ts'
import type { CatalogTool, RequestPlan } from '../../lambda/catalog/tool.ts'
import { call, type Json, startTestServer, type TestServer } from '../support/mcp-server.ts'
import { type PrismMock, type RecordedRequest, startPrismMock } from './prism-mock.ts'
import { brokenArguments, fullArguments, leastArguments, type ToolArguments } from './tool-arguments.ts'

let prism: PrismMock
let server: TestServer
let url: string
beforeAll(async () => {
  prism = await startPrismMock()
  server = await startTestServer({ gumloopUrl: prism.baseUrl })
  url = (await server.connector({ tool_exposure: 'all' })).url
})
afterAll(async () => {
  await server?.close()
  await prism?.close()
})

const tools = toolIndex().flatMap(({ name }) => findTool(name) ?? [])
type Operation = CatalogTool & { plan: RequestPlan }
const operations = tools.filter((tool): tool is Operation => tool.plan !== undefined)

/** The requests that one call caused. */
async function requestsOf(
  name: string,
  args: unknown,
): Promise<{ result: Json; requests: RecordedRequest[] }> {
  prism.requests.length = 0
  const result = await call(url, name, args)
  return { result, requests: [...prism.requests] }
}

/** The request of the tool's operation among those of the call. */
function ownRequest({ plan }: Operation, requests: RecordedRequest[]): RecordedRequest | undefined {
  const pattern = new RegExp(`^${plan.path.replace(/\{\w+\}/g, '[^/]+')}$`)
  return requests.find(({ method, path }) => method === plan.method && pattern.test(path))
}

/** Arguments that did not reach the request. */
function lostFields({ plan }: Operation, args: ToolArguments, sent: RecordedRequest | undefined): string[] {
  const { queryFields, bodyFields } = plan
  const isSet = (name: string) => args[name] !== undefined
  return [
    ...queryFields.filter(name => isSet(name) && !sent?.query.has(name)),
    ...bodyFields.filter(name => isSet(name) && !sent?.bodyNames.includes(name)),
  ]
}

/** An id that is none may be a name: then a list is read to find the object, and nothing else. */
const LISTS_OF_NAMES = ['/agents', '/list_saved_items', '/teams']
function isLookup({ method, path }: RecordedRequest, { plan }: Operation): boolean {
  return method === 'GET' && LISTS_OF_NAMES.includes(path) && plan.path !== path
}

test('covers 131 operations', () => {
  expect(operations.length).toBe(131)
})

describe.each(operations.map(tool => [tool.name, tool] as const))('%s', (name, tool) => {
  test.each([
    ['the least arguments', leastArguments(tool)],
    ['all arguments', fullArguments(tool)],
  ])('%s are accepted', async (_, args) => {
    const { result, requests } = await requestsOf(name, args)
    const error = result.isError ? result.structuredContent.error : undefined
    expect(requests.flatMap(({ violations }) => violations)).toEqual([])
    expect({ error, lost: lostFields(tool, args, ownRequest(tool, requests)) }).toEqual({
      error: undefined,
      lost: [],
    })
  })

  test('invalid arguments are rejected before Gumloop is called', async () => {
    const passed: string[] = []
    prism.requests.length = 0
    for (const { error, args } of brokenArguments(tool)) {
      const { isError, structuredContent } = await call(url, name, args)
      if (isError !== true || structuredContent.error.code !== 'invalid_arguments') passed.push(error)
    }
    const requests = prism.requests.filter(request => !isLookup(request, tool))
    expect({ passed, requests }).toEqual({ passed: [], requests: [] })
  })
})

test('Prism has logged no violation and rejected nothing', () => {
  expect(prism.log().match(/.*(Violation: request|terminated with error).*/g) ?? []).toEqual([])
})

test('the mock detects errors: it rejects a request that our validation would have rejected', async () => {
  const response = await fetch(`${prism.baseUrl}/evaluations`, { headers: { authorization: 'Bearer x' } })
  await response.text()
  expect(response.status).toBe(400)
  expect(prism.requests.at(-1)?.violations.join()).toContain("required property 'organization_id'")
})
