/**
 * Every operation of Gumloop's through MCP, against a mock made from Gumloop's own description: what our tools accept it
 * accepts, field for field, and what they refuse it never sees.
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

/** The requests that one call made. */
async function requestsOf(
  name: string,
  args: unknown,
): Promise<{ result: Json; requests: RecordedRequest[] }> {
  prism.requests.length = 0
  const result = await call(url, name, args)
  return { result, requests: [...prism.requests] }
}

/** The request of the tool's own operation among those of the call. */
function ownRequest({ plan }: Operation, requests: RecordedRequest[]): RecordedRequest | undefined {
  const pattern = new RegExp(`^${plan.path.replace(/\{\w+\}/g, '[^/]+')}$`)
  return requests.find(({ method, path }) => method === plan.method && pattern.test(path))
}

/** Fields of the operation that were given and did not travel. */
function lostFields({ plan }: Operation, args: ToolArguments, sent: RecordedRequest | undefined): string[] {
  const { queryFields, bodyFields } = plan
  const given = (name: string) => args[name] !== undefined
  return [
    ...queryFields.filter(name => given(name) && !sent?.query.has(name)),
    ...bodyFields.filter(name => given(name) && !sent?.bodyNames.includes(name)),
  ]
}

test('there are 91 of them', () => {
  expect(operations.length).toBe(91)
})

describe.each(operations.map(tool => [tool.name, tool] as const))('%s', (name, tool) => {
  test.each([
    ['the least arguments', leastArguments(tool)],
    ['all arguments', fullArguments(tool)],
  ])('%s are accepted', async (_, args) => {
    const { result, requests } = await requestsOf(name, args)
    const told = result.isError ? result.structuredContent.error : undefined
    expect(requests.flatMap(({ violations }) => violations)).toEqual([])
    expect({ told, lost: lostFields(tool, args, ownRequest(tool, requests)) }).toEqual({
      told: undefined,
      lost: [],
    })
  })

  test('wrong arguments are refused here', async () => {
    const passed: string[] = []
    prism.requests.length = 0
    for (const { error, args } of brokenArguments(tool)) {
      const { isError, structuredContent } = await call(url, name, args)
      if (isError !== true || structuredContent.error.code !== 'invalid_arguments') passed.push(error)
    }
    expect({ passed, requests: prism.requests }).toEqual({ passed: [], requests: [] })
  })
})

test('Prism itself has logged no violation and refused nothing', () => {
  expect(prism.log().match(/.*(Violation: request|terminated with error).*/g) ?? []).toEqual([])
})

test('the mock would have seen an error: it refuses what our own checks would have stopped', async () => {
  const response = await fetch(`${prism.baseUrl}/evaluations`, { headers: { authorization: 'Bearer x' } })
  await response.text()
  expect(response.status).toBe(400)
  expect(prism.requests.at(-1)?.violations.join()).toContain("required property 'organization_id'")
})
