/** Opens the web console of a running local server in Chromium, and checks what must never happen there. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Json } from '../support/mcp-server.ts'

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface ConsolePage {
  page: Page
  /** Signs in with the token and waits for the list. */
  signIn(token: string, options?: { staysSignedIn?: boolean }): Promise<void>
  /** Asserts that axe-core finds no violation in the current view. */
  expectAccessible(): Promise<void>
  /** Writes a screenshot to the folder in `SCREENSHOTS`; does nothing if that is not set. */
  shot(name: string): Promise<void>
  /** Asserts that the page sent no request to other origins, violated no policy, and logged no error. */
  close(): Promise<void>
}

/** A fresh page on `/console`. */
export async function openConsole(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  const page = await context.newPage()
  const otherOrigins: string[] = []
  const errors: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`)) otherOrigins.push(request.url())
  })
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    // The browser logs error responses itself; the tests check how the page handles them.
    const isErrorResponse = /status of 4\d\d/.test(message.text())
    if (message.type() === 'error' && !isErrorResponse) errors.push(message.text())
  })
  await page.goto(`${origin}/console`)
  return {
    page,
    async signIn(token, { staysSignedIn = false } = {}) {
      await page.getByLabel('Administrator token').fill(token)
      if (staysSignedIn) await page.getByLabel('Keep me signed in').check()
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Connectors' }).waitFor()
    },
    async expectAccessible() {
      await page.evaluate(AXE)
      const { violations }: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate(
        'axe.run({ resultTypes: ["violations"] })',
      )
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      )
    },
    async shot(name) {
      const folder = process.env.SCREENSHOTS
      if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true })
    },
    async close() {
      expect({ otherOrigins, errors }).toEqual({ otherOrigins: [], errors: [] })
      await context.close()
    },
  }
}

/** A request to the admin API, as another administrator sends it. */
export async function requestAdmin(
  origin: string,
  token: string,
  method: string,
  at: string,
  body?: object,
): Promise<Json> {
  const response = await fetch(`${origin}${at}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return response.json()
}
