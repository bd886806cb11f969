import { describe, expect, test } from 'vitest'
import { ApiFailure, failureOf, toFailure } from '../../console/api-failure.ts'
import { clientSteps } from '../../console/client-steps.ts'
import { parseRoute, type Route, toFragment } from '../../console/route.ts'

describe('the route', () => {
  test.each<Route>([
    { page: 'connectors' },
    { page: 'connectors', account: 'acme' },
    { page: 'new', account: 'a b/c' },
    { page: 'connector', account: 'acme', id: 'k3v9q0c2m7x1b8zd' },
    { page: 'edit', account: 'acme', id: 'k3v9q0c2m7x1b8zd' },
  ])('converts %j to a fragment and back', route => {
    expect(parseRoute(toFragment(route))).toEqual(route)
  })

  test('of an unknown fragment is the list', () => {
    expect([parseRoute(''), parseRoute('#'), parseRoute('#/%E0%A4%A')]).toEqual([
      { page: 'connectors' },
      { page: 'connectors' },
      { page: 'connectors', account: '%E0%A4%A' },
    ])
  })
})

describe('client steps', () => {
  const URL_OF = 'https://mcp.example.com/mcp/TOKEN'
  const filesOf = (url: string, needsApiToken: boolean) =>
    clientSteps(url, needsApiToken).flatMap(({ file }) => (file === undefined ? [] : [JSON.parse(file.text)]))

  test('exist for four clients; files contain the URL', () => {
    expect(clientSteps(URL_OF, false).map(({ name, note }) => [name, note])).toEqual([
      ['ChatGPT', undefined],
      ['Claude', undefined],
      ['Cursor', undefined],
      ['mcp_config.json', undefined],
    ])
    expect(filesOf(URL_OF, false)).toEqual([
      { mcpServers: { gumloop: { url: URL_OF } } },
      { mcpServers: { gumloop: { command: 'npx', args: ['-y', 'mcp-remote', URL_OF] } } },
    ])
  })

  test('mention a client’s limitations, and where the API token goes', () => {
    const [chatGpt] = clientSteps('http://localhost:8787/mcp/TOKEN', true)
    expect(chatGpt?.note).toMatch(/public HTTPS URL.*cannot send an API token/)
    const [cursor, config] = filesOf(URL_OF, true)
    expect(cursor.mcpServers.gumloop.headers).toEqual({ Authorization: 'Bearer YOUR-API-TOKEN' })
    expect(config.mcpServers.gumloop).toMatchObject({
      args: expect.arrayContaining(['--header']),
      env: { AUTH_HEADER: 'Bearer YOUR-API-TOKEN' },
    })
  })
})

describe('an error', () => {
  test('is shown with the server’s message, or with its status if it has none', () => {
    const error = { path: 'name', message: 'must not be empty' }
    const body = { error: { code: 'conflict', message: 'Changed.', next_step: 'Look.', errors: [error, 7] } }
    expect(failureOf(409, body)).toMatchObject({
      code: 'conflict',
      message: 'Changed.',
      nextStep: 'Look.',
      errors: [error],
    })
    for (const answer of [undefined, null, 'x', { error: 'x' }, { error: { code: 1 } }]) {
      expect(failureOf(502, answer).message).toBe('Unexpected response from the server (status 502).')
    }
    expect(toFailure(new ApiFailure('x', 'y')).code).toBe('x')
    expect(toFailure(new TypeError('secret')).message).not.toContain('secret')
  })
})
