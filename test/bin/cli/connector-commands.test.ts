import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../../support/admin-server.ts'
import { type CliSituation, cli } from '../../support/cli.ts'
import { NOW_MS, storeConnector } from '../../support/connectors.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
  await server.ask('PUT', '/accounts/acme', { api_key: 'k' })
})
afterAll(() => server.close())
beforeEach(() => {
  server.clock.nowMs = NOW_MS
})

function run(line: string | string[], situation: Partial<CliSituation> = {}) {
  const args = typeof line === 'string' ? line.split(' ') : line
  const env = { GUMLOOP_MCP_SERVER: server.url, GUMLOOP_MCP_ADMIN_TOKEN: server.token, ...situation.env }
  return cli(args, { nowMs: server.clock.nowMs, ...situation, env })
}

/** Creates a connector and returns the record as the command line prints it. */
async function created(...options: string[]) {
  const { stdout } = await run(['connector', 'create', '--name', 'Reporting', '--json', ...options])
  return JSON.parse(stdout)
}

describe('connector create', () => {
  test('shows the URL once and says so; --account is optional while there is only one', async () => {
    const { exitCode, stdout, stderr } = await run(
      'connector create --name Reporting --methods read --expires-at 30d',
    )
    const url = /https:\S+/.exec(stdout)?.[0] ?? ''
    const [, id] = /gmcp_([a-z0-9]{16})_/.exec(url) ?? []
    expect({
      exitCode,
      stderr,
      stdout: stdout.replaceAll(url, '<url>').replaceAll(String(id), '<id>'),
    }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "",
        "stdout": "Created Reporting (<id>) on account acme.

        <url>

      This URL is shown only once, because only its hash is stored. Treat it like a password.
      ",
      }
    `)
    expect((await run(`connector show ${id}`)).stdout).not.toContain(url.slice(-43))
  })

  test('sends every option, and prints the whole record with --json', async () => {
    const record = await created(
      ...[
        '--account',
        'acme',
        '--methods',
        'read, write',
        '--tags',
        'sessions,artifacts',
        '--exposure',
        'all',
      ],
      ...['--expires-at', '12h', '--require-api-token'],
    )
    expect(record).toMatchObject({
      account_id: 'acme',
      config: {
        methods: ['read', 'write'],
        tags: ['sessions', 'artifacts'],
        tool_exposure: 'all',
        require_api_token_auth: true,
        max_result_characters: 48_000,
      },
      expires_at: '2026-11-23T00:00:00Z',
    })
    expect(record.url.endsWith(record.token)).toBe(true)
  })

  test('warns of a list that ChatGPT refuses, with its tokens, and of no other', async () => {
    const create = (filter: string) => run(`connector create --name x --account acme ${filter}`)
    const all = await create('--exposure all')
    expect(all.exitCode).toBe(0)
    const [, tokens = ''] = /This tool list has ([\d,]+) tokens\. ChatGPT refuses/.exec(all.stderr) ?? []
    expect(Number(tokens.replaceAll(',', ''))).toBeGreaterThan(16_000)
    for (const filter of ['--exposure essentials', '--exposure discovery', '--exposure all --tags flows'])
      expect((await create(filter)).stderr).toBe('')
  })

  test('shows all validation errors at once, as text and as JSON', async () => {
    const line = 'connector create --name x --methods raed --exposure some --expires-at 5s'
    expect(await run(line)).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "stderr": "Validation failed: 3 errors (config.methods[0], config.tool_exposure, expires_at).
        config.methods[0]: unknown method "raed"; did you mean read? Use read, write, custom or the exact name of a tool
        config.tool_exposure: must be one of all, essentials, discovery
        expires_at: must be at least 60 seconds from now (server time 2026-11-22T12:00:00Z)
      ",
        "stdout": "",
      }
    `)
    const { exitCode, stdout, stderr } = await run(`${line} --json`)
    expect([exitCode, stdout, JSON.parse(stderr).error.errors.length]).toEqual([2, '', 3])
  })
})

describe('connector list', () => {
  test('prints a table with the status of each connector', async () => {
    const account = { account_id: 'listed', created_by: 'ada' }
    await server.ask('PUT', '/accounts/listed', { api_key: 'k' })
    const at = (hour: number) => ({ created_at: `2026-11-22T0${hour}:00:00Z` })
    const config = {
      methods: ['read', 'write'],
      tags: ['flows'],
      tool_exposure: 'all',
      require_api_token_auth: true,
      max_result_characters: 48_000,
    } as const
    const rows = [
      { id: 'a'.repeat(16), name: 'Everything', ...at(4), config: { ...config, methods: [], tags: [] } },
      {
        id: 'b'.repeat(16),
        name: 'Flows',
        ...at(3),
        expires_at: '2026-12-01T12:00:00Z',
        config: { ...config, methods: ['read', 'write'], tags: ['flows'] },
      },
      {
        id: 'c'.repeat(16),
        name: 'Old',
        ...at(2),
        expires_at: '2026-11-22T09:00:00Z',
        last_used_at: '2026-11-20T12:00:00Z',
      },
      {
        id: 'd'.repeat(16),
        name: `A name ${'that goes on '.repeat(5)}`,
        ...at(1),
        revoked_at: '2026-11-22T11:00:00Z',
      },
    ]
    for (const row of rows) await storeConnector(server.table, { ...account, ...row })
    expect((await run('connector list --account listed')).stdout).toMatchInlineSnapshot(`
      "ID                NAME                                      STATUS   METHODS      TAGS   EXPOSURE    EXPIRES      LAST USED
      aaaaaaaaaaaaaaaa  Everything                                active   all          all    all         never        never
      bbbbbbbbbbbbbbbb  Flows                                     active   read, write  flows  all         in 9 days    never
      cccccccccccccccc  Old                                       expired  read         all    essentials  3 hours ago  2 days ago
      dddddddddddddddd  A name that goes on that goes on that g…  revoked  read         all    essentials  never        never
      "
    `)
    const { result, result_count } = JSON.parse((await run('connector list --account listed --json')).stdout)
    expect([result_count, result[0].name, result[0].account_id]).toEqual([4, 'Everything', 'listed'])
    const colored = await run('connector list --account listed', { terminal: true })
    expect(colored.stdout).toContain('\u001b[31mrevoked\u001b[39m')
    const plain = await run('connector list --account listed', { terminal: true, env: { NO_COLOR: '1' } })
    expect(plain.stdout).not.toContain('\u001b')
  })

  test('reads all pages', async () => {
    await server.ask('PUT', '/accounts/many', { api_key: 'k' })
    await Promise.all(Array.from({ length: 103 }, () => storeConnector(server.table, { account_id: 'many' })))
    expect(JSON.parse((await run('connector list --account many --json')).stdout).result_count).toBe(103)
  })

  test('suggests the first step when there is none, and requires --account where there are several', async () => {
    await server.ask('PUT', '/accounts/bare', { api_key: 'k' })
    expect((await run('connector list --account bare')).stdout).toContain(
      'Create one: gumloop-mcp connector create',
    )
    const { exitCode, stderr } = await run('connector list')
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^Several accounts exist\.\nSelect one with --account: acme, bare, /),
    ])
  })
})

describe('the rest of a connector’s life', () => {
  test('show and update print its fields', async () => {
    const { id } = await created('--account', 'acme')
    const line = `connector update ${id} --account acme --name Runs --methods all --tags sessions --expires-at 2027-01-01T00:00:00Z --require-api-token`
    const { stdout } = await run(line)
    expect(stdout.replaceAll(id, '<id>').replace(/api-token:\w+/, '<actor>')).toMatchInlineSnapshot(`
      "name       Runs
      id         <id>
      account    acme
      status     active
      methods    all
      tags       sessions
      exposure   essentials
      API token  required
      catalog    version 2
      results    up to 48,000 characters
      expires    2027-01-01T00:00:00Z (in 40 days)
      last used  never
      created    2026-11-22T12:00:00Z (just now) by <actor>
      "
    `)
    expect((await run(`connector show ${id} --account acme`)).stdout).toBe(stdout)
    const back = await run(
      `connector update ${id} --account acme --expires-at never --no-require-api-token --json`,
    )
    expect(JSON.parse(back.stdout)).toMatchObject({
      expires_at: null,
      config: { require_api_token_auth: false, max_result_characters: 48_000 },
    })
    expect((await run(`connector update ${id} --account acme`)).exitCode).toBe(2)
  })

  test('the size of results is a whole number within the limits', async () => {
    const { id } = await created('--account', 'acme')
    const update = (size: string) =>
      run(`connector update ${id} --account acme --max-result-characters ${size} --json`)
    expect(JSON.parse((await update('100_000')).stdout).config.max_result_characters).toBe(100_000)
    for (const size of ['7999', '100001', '9e4', 'large']) {
      const { exitCode, stderr } = await update(size)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('from 8000 to 100000')])
    }
  })

  test('disable and enable change its status', async () => {
    const { id } = await created('--account', 'acme')
    const states = []
    for (const word of ['disable', 'enable']) {
      states.push(JSON.parse((await run(`connector ${word} ${id} --account acme --json`)).stdout).disabled)
    }
    expect(states).toEqual([true, false])
  })

  test('rotate shows the new URL once, and when the old one stops working', async () => {
    const { id } = await created('--account', 'acme')
    const graceful = await run(`connector rotate ${id} --account acme --grace 1h`)
    expect(graceful.stdout).toMatch(
      /Rotated Reporting[\s\S]+gmcp_[\s\S]+once[\s\S]+The old URL stops working in 1 hour\.\n$/,
    )
    expect((await run(`connector rotate ${id} --account acme`)).stdout).toContain(
      'The old URL no longer works.',
    )
    expect((await run(`connector rotate ${id} --account acme --grace soon`)).exitCode).toBe(2)
  })

  test('revoke asks for confirmation on a terminal, but not in a script', async () => {
    const { id } = await created('--account', 'acme')
    const line = `connector revoke ${id} --account acme`
    const no = await run(line, { terminal: true, input: '\n' })
    expect([no.exitCode, no.stderr]).toEqual([
      0,
      `Revoke Reporting (${id})? Its URL stops working immediately, and this cannot be undone. [y/N] Nothing was changed.\n`,
    ])
    expect((await run(line, { terminal: true, input: 'y\n' })).stdout).toContain('revoked')
    expect(JSON.parse((await run(`${line} --json`)).stdout).revoked_at).toBe('2026-11-22T12:00:00Z')
    const late = await run(`connector disable ${id} --account acme`)
    expect([late.exitCode, late.stderr]).toEqual([
      1,
      'This connector has been revoked, which is permanent.\nCreate a new connector.\n',
    ])
  })
})
