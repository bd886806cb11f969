import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountFromItem, accountToItem } from '../../lambda/accounts/account.ts'
import { parseSecret } from '../../lambda/accounts/credentials.ts'
import type { Item } from '../../lambda/aws/attribute-value.ts'
import { apiTokenFromItem, apiTokenToItem } from '../../lambda/connectors/api-token.ts'
import { connectorFromItem, connectorToItem } from '../../lambda/connectors/connector-item.ts'
import { toolGroupFromItem, toolGroupToItem } from '../../lambda/connectors/tool-group-item.ts'
import { type AdminServer, startAdminServer } from '../support/admin-server.ts'

const page = readFileSync('docs/storage-schema.md', 'utf8')

/** The JSON example below a heading. */
function example(heading: string): Item {
  const [, json = ''] =
    new RegExp(`## ${heading}\\n[\\s\\S]*?\`\`\`json\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  return JSON.parse(json)
}

/** The example without the random value that each write adds. */
function withoutWriteId(heading: string): Item {
  const { write_id, ...item } = example(heading)
  expect(write_id).toMatch(/^[0-9a-f-]{36}$/)
  return item
}

describe('every example matches an item of the code', () => {
  test('connector', () => {
    const item = withoutWriteId('Connector')
    expect(connectorToItem(connectorFromItem(item))).toEqual(item)
  })
  test('account', () => {
    expect(accountToItem(accountFromItem(example('Account')))).toEqual(example('Account'))
  })
  test('API token', () => {
    expect(apiTokenToItem(apiTokenFromItem(example('API token')))).toEqual(example('API token'))
  })
  test('tool group', () => {
    const item = withoutWriteId('Group of tools')
    expect(toolGroupToItem(toolGroupFromItem(item))).toEqual(item)
  })
  test('secret', () => {
    const { api_key, user_id, team_id } = example('Secrets Manager')
    const parsed = parseSecret(JSON.stringify(example('Secrets Manager')), 'acme')
    expect(parsed).toEqual({ apiKey: api_key, userId: user_id, teamId: team_id })
  })
})

describe('every kind of item in a table is documented', () => {
  let server: AdminServer
  beforeAll(async () => {
    server = await startAdminServer()
  })
  afterAll(() => server.close())

  test('with exactly the attributes of its example', async () => {
    await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
    await server.ask('PUT', '/accounts/acme/tool-groups/mine', { tags: ['flows'] })
    await server.ask('POST', '/integrated-account/acme/mcp', { name: 'x', config: { tags: ['mine'] } })
    const dump: { pk: { S: string } }[] = JSON.parse(await server.dynalite.dump())
    const headings: Record<string, string> = {
      CONNECTOR: 'Connector',
      ACCOUNT: 'Account',
      TOOL_GROUP: 'Group of tools',
      API_TOKEN: 'API token',
      AUDIT: 'Audit entry',
    }
    const kinds = new Set(dump.map(({ pk }) => pk.S.split('#')[0] ?? ''))
    expect([...kinds].sort()).toEqual(Object.keys(headings).sort())
    for (const item of dump) {
      const described = Object.keys(example(headings[item.pk.S.split('#')[0] ?? ''] ?? ''))
      expect(described).toEqual(expect.arrayContaining(Object.keys(item)))
    }
  })
})
