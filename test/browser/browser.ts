/** Debian's Chromium on the console of a running local server, and what must never happen in it. */
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
  /** Fills in the token and waits for the list. */
  signIn(token: string, options?: { keep?: boolean }): Promise<void>
  /** Nothing that axe-core finds wrong, in what is shown now. */
  expectAccessible(): Promise<void>
  /** Writes what is shown to the folder in `SCREENSHOTS`, for people to look at. Nothing without it. */
  shot(name: string): Promise<void>
  /** Asserts that the page asked nobody else, ran into no policy, and logged no error. */
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
  const strangers: string[] = []
  const errors: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`)) strangers.push(request.url())
  })
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    // What the server refuses is logged by the browser itself; the tests look at how the page takes it.
    const isRefusal = /status of 4\d\d/.test(message.text())
    if (message.type() === 'error' && !isRefusal) errors.push(message.text())
  })
  await page.goto(`${origin}/console`)
  return {
    page,
    async signIn(token, { keep = false } = {}) {
      await page.getByLabel('Administrator token').fill(token)
      if (keep) await page.getByLabel('Keep me signed in').check()
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
      expect({ strangers, errors }).toEqual({ strangers: [], errors: [] })
      await context.close()
    },
  }
}

/** The administration, as somebody else uses it at the same time. */
export async function ask(
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
