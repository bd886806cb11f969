/** The web console in a real browser, on the real local server, with a real MCP client on the URL that it shows. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { openConsole, requestAdmin, startBrowser } from './browser.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const CONNECTORS = '/integrated-account/sandbox/mcp'

const { folder, remove } = temporaryFolder()
let server: Started
let browser: Browser
let token: string
beforeAll(async () => {
  server = await startLocalProgram(folder)
  token = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
  browser = await startBrowser()
  await requestAdmin(server.origin, token, 'PUT', '/accounts/sandbox/tool-groups/reporting', {
    tags: ['artifacts'],
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  remove()
})

async function connect(url: string): Promise<Client> {
  const client = new Client(
    { name: 'browser-test', version: '1.2.3' },
    { versionNegotiation: { mode: 'auto' } },
  )
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

describe('the life of a connector', () => {
  test('is created, its URL copied and used, its calls shown, then it is revoked', async () => {
    const { page, signIn, shot, close } = await openConsole(browser, server.origin)
    await signIn(token)
    await page.getByRole('link', { name: 'New connector' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Read only, for a week')
    await page.getByLabel('Expires').selectOption('in 7 days')
    const totals = page.getByRole('status').filter({ hasText: 'allowed' })
    const before = await totals.textContent()
    await page.getByRole('checkbox', { name: 'flows', exact: true }).check()
    await expect.poll(() => totals.textContent()).not.toBe(before)
    await page.getByRole('checkbox', { name: 'sessions', exact: true }).check()
    await shot('new')
    await page.getByRole('button', { name: 'Create connector' }).click()

    await page.getByRole('heading', { name: 'Read only, for a week is ready' }).waitFor()
    await page.getByRole('button', { name: 'Copy URL' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const url: string = await page.evaluate('navigator.clipboard.readText()')
    expect(url).toMatch(new RegExp(`^${server.origin}/mcp/gmcp_[a-z0-9]{16}_[\\w-]{49}$`))
    await shot('url')

    const client = await connect(url)
    const { tools } = await client.listTools()
    const listed = tools.map(({ name }) => name)
    expect(listed).toContain('list_all_gumloop_flows')
    expect(listed.filter(name => /^(create|update|delete|kill)/.test(name))).toEqual([])
    await client.callTool({ name: 'list_all_gumloop_flows', arguments: {} })

    await page.getByRole('link', { name: 'Done, I copied it' }).click()
    const row = page.getByRole('row', { name: /list_all_gumloop_flows/ })
    await row.waitFor()
    expect((await row.textContent())?.replace(/\d+ ms/, 'N ms')).toBe(
      'list_all_gumloop_flowsokN msbrowser-test/1.2.3just now',
    )
    expect(await page.getByText('in 7 days').count()).toBe(1)
    await shot('connector')

    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('button', { name: 'Revoke permanently' }).click()
    await page.getByRole('heading', { name: /revoked/ }).waitFor()
    expect(await page.getByRole('button', { name: 'New URL' }).count()).toBe(0)
    await expect(client.callTool({ name: 'list_all_gumloop_flows', arguments: {} })).rejects.toThrow(
      /Not found/,
    )
    await expect(connect(url)).rejects.toThrow(/Not found/)
    await close()
  })

  test('is disabled and enabled, gets another expiry and a new URL', async () => {
    const made = await requestAdmin(server.origin, token, 'POST', CONNECTORS, { name: 'To be changed' })
    const { page, signIn, close } = await openConsole(browser, server.origin)
    await signIn(token)
    await page.getByRole('link', { name: 'To be changed' }).click()

    await page.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('heading', { name: /disabled/ }).waitFor()
    await expect(connect(made.url)).rejects.toThrow(/Not found/)
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('heading', { name: /active/ }).waitFor()

    await page.getByRole('button', { name: 'Expiry' }).click()
    await page.getByRole('dialog').getByLabel('Expires').selectOption('in 1 day')
    await page.getByRole('button', { name: 'Set expiry' }).click()
    await page.getByText('in 24 hours').waitFor()

    await page.getByRole('button', { name: 'New URL' }).click()
    await page.getByRole('button', { name: 'Create new URL' }).click()
    await page.getByText('The old URL no longer works.').waitFor()
    const url = await page.getByLabel('Connector URL').inputValue()
    await expect(connect(made.url)).rejects.toThrow(/Not found/)
    expect((await (await connect(url)).listTools()).tools.length).toBeGreaterThan(5)
    await page.getByRole('button', { name: 'Done, I copied it' }).click()
    await page.getByRole('heading', { name: 'Recent calls' }).waitFor()
    await close()
  })
})

describe('two administrators at once', () => {
  test('the second gets a conflict, and no change is lost', async () => {
    const { id } = await requestAdmin(server.origin, token, 'POST', CONNECTORS, { name: 'Contested' })
    const { page, signIn, close } = await openConsole(browser, server.origin)
    await signIn(token)
    await page.getByRole('link', { name: 'Contested' }).click()
    await page.getByRole('button', { name: 'Disable' }).waitFor()
    await requestAdmin(server.origin, token, 'PATCH', `${CONNECTORS}/${id}`, { name: 'Renamed by another' })
    await page.getByRole('button', { name: 'Disable' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await dialog.getByRole('alert').getByText('The connector was changed by someone else').waitFor()
    await page.getByText('Renamed by another').first().waitFor()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('heading', { name: /disabled/ }).waitFor()

    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
    await requestAdmin(server.origin, token, 'PATCH', `${CONNECTORS}/${id}`, { config: { tags: ['flows'] } })
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Your change was not saved').waitFor()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Name' }).inputValue())
      .toBe('Renamed by another')
    await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { name: /^Mine/ }).waitFor()
    const record = await requestAdmin(server.origin, token, 'GET', `${CONNECTORS}/${id}`)
    expect([record.name, record.disabled, record.config.tags]).toEqual(['Mine', true, ['flows']])
    await close()
  })
})

describe('signing in', () => {
  test('lasts until a reload, or until the tab is closed on request; the token is stored only in the tab', async () => {
    const { page, signIn, close } = await openConsole(browser, server.origin)
    await page.getByLabel('Administrator token').fill(`${token}x`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The token is invalid or has been revoked').waitFor()
    await signIn(token)
    const stored = () =>
      page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
    expect(await stored()).toBe('[{},{},""]')
    await page.reload()
    await signIn(token, { staysSignedIn: true })
    expect(await stored()).toContain(token)
    expect(page.url()).not.toContain('gapi_')
    await page.reload()
    await page.getByRole('heading', { name: 'Connectors' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Gumloop MCP console' }).waitFor()
    expect(await stored()).toBe('[{},{},""]')
    await close()
  })

  test('ends when the token is revoked', async () => {
    const other = await requestAdmin(server.origin, token, 'POST', '/api-tokens', {
      name: 'short',
      scopes: ['admin'],
    })
    const { page, signIn, close } = await openConsole(browser, server.origin)
    await signIn(other.token)
    await requestAdmin(server.origin, token, 'DELETE', `/api-tokens/${other.id}`)
    await page.getByRole('link', { name: 'New connector' }).click()
    await page.getByText('You were signed out').waitFor()
    expect(await page.getByLabel('Administrator token').inputValue()).toBe('')
    await close()
  })
})

describe('accessibility', () => {
  test('everything works with the keyboard, and the focus is always clear', async () => {
    const { page, close } = await openConsole(browser, server.origin)
    const { keyboard } = page
    const focused = (): Promise<string> =>
      page.evaluate(
        '(at => (at === document.body ? "" : (at.labels?.[0] ?? at).textContent))(document.activeElement)',
      )
    const tabTo = async (words: string) => {
      for (let presses = 0; presses < 60; presses++) {
        if ((await focused()).includes(words)) return
        await keyboard.press('Tab')
      }
      throw new Error(`the keyboard cannot reach ${words}`)
    }
    await tabTo('Administrator token')
    await keyboard.type(token)
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Connectors' }).waitFor()
    await keyboard.press('Tab')
    await tabTo('New connector')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Preview' }).waitFor()
    await expect.poll(focused).toBe('New connector')
    await expect.poll(() => page.title()).toBe('New connector · Gumloop MCP console')
    await tabTo('Name')
    await keyboard.type('By keyboard')
    await tabTo('Write')
    await keyboard.press('Space')
    await tabTo('reporting')
    await keyboard.press('Space')
    await tabTo('Create connector')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'By keyboard is ready' }).waitFor()
    await expect.poll(focused).toContain('By keyboard is ready')
    await tabTo('ChatGPT')
    await keyboard.press('ArrowRight')
    await expect.poll(focused).toBe('Claude')
    await tabTo('Done')
    await keyboard.press('Enter')
    await tabTo('Revoke')
    await keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(focused).toBe('Revoke')
    const [first] = (await requestAdmin(server.origin, token, 'GET', CONNECTORS)).result
    expect([first.name, first.config.methods, first.config.tags]).toEqual([
      'By keyboard',
      ['read', 'write'],
      ['reporting'],
    ])
    await close()
  })

  test.each([
    ['in light mode', {}],
    ['in dark mode', { colorScheme: 'dark' as const }],
    ['on a phone', PHONE],
    [
      'on a narrow phone in dark mode',
      { ...PHONE, viewport: { width: 320, height: 568 }, colorScheme: 'dark' as const },
    ],
  ])('every view is accessible %s, and none is wider than the screen', async (where, options) => {
    const name = where.replaceAll(' ', '-')
    const { page, signIn, expectAccessible, shot, close } = await openConsole(browser, server.origin, options)
    const check = async (view: string) => {
      await shot(`${name}-${view}`)
      await expectAccessible()
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    }
    await page.getByLabel('Administrator token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await check('1-sign-in')
    await signIn(token)
    await page.getByRole('table').waitFor()
    await check('2-connectors')
    await page.getByRole('link', { name: 'New connector' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(`Seen ${where}`)
    await page.getByText('Individual tools').click()
    await page.getByLabel('Expires').selectOption('on a date…')
    await check('3-new')
    await page.getByRole('button', { name: 'Create connector' }).click()
    await page.getByText('Choose the date and time').waitFor()
    await page.getByLabel('Expires').selectOption('in 30 days')
    await page.getByRole('button', { name: 'Create connector' }).click()
    await page.getByRole('heading', { name: /is ready/ }).waitFor()
    await page.getByRole('tab', { name: 'mcp_config.json' }).click()
    await check('4-url')
    const client = await connect(await page.getByLabel('Connector URL').inputValue())
    await client.callTool({ name: 'list_all_gumloop_agents', arguments: {} })
    await client.callTool({ name: 'get_single_gumloop_agent_by_id', arguments: { id: 'none' } })
    await page.getByRole('link', { name: 'Done, I copied it' }).click()
    await page.getByRole('table').waitFor()
    await check('5-connector')
    await page.getByRole('button', { name: 'Revoke' }).click()
    await check('6-revoke')
    await close()
  })
})
