/** What the local programs store is for their user alone, whichever of them is first in a folder. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { cleanEnvironment, startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { TARGET_FOLDER } from './target.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function newFolder(): string {
  const { folder, remove } = temporaryFolder()
  closers.push(remove)
  return folder
}

/** The first version had no bundle of it. */
function sandboxProgram(): string[] {
  const bundle = path.join(TARGET_FOLDER, 'dist/sandbox.cjs')
  if (existsSync(bundle)) return [bundle]
  const loader = pathToFileURL(path.join(TARGET_FOLDER, 'node_modules/tsx/dist/loader.mjs')).href
  return ['--import', loader, path.join(TARGET_FOLDER, 'bin/sandbox.ts')]
}

/** Starts the sandbox in the folder, and waits until it listens and has stored its state. */
async function startSandbox(folder: string): Promise<void> {
  const child = spawn(process.execPath, [...sandboxProgram(), '--port', '0'], {
    cwd: folder,
    env: cleanEnvironment(),
  })
  const exited = new Promise(resolve => child.once('exit', resolve))
  closers.unshift(async () => {
    child.kill()
    await exited
  })
  let output = ''
  const url = await new Promise<string>(resolve => {
    child.stdout.on('data', chunk => {
      output += chunk
      const [, found] = /(http:\/\/[^\s/]+)/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  await fetch(`${url}/api/v1/agents/agt_security_audit/sessions`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'x-auth-key': 'user_me', 'content-type': 'application/json' },
    body: '{"input":"Audit staging"}',
  })
}

/** Everything in the folder that others may read or enter. */
function open(folder: string): string[] {
  const names = ['.', ...readdirSync(folder, { recursive: true }).map(String)]
  return names.filter(name => (statSync(path.join(folder, name)).mode & 0o077) !== 0)
}

test('of the sandbox in an empty folder', async () => {
  const folder = newFolder()
  await startSandbox(folder)
  const data = path.join(folder, '.local')
  expect(readdirSync(data)).toContain('sandbox.json')
  expect(open(data)).toEqual([])
})

test('of the server in an empty folder', async () => {
  const folder = newFolder()
  const server = await startLocalProgram(
    folder,
    ['--port', '0'],
    {},
    path.join(TARGET_FOLDER, 'dist/server.cjs'),
  )
  closers.unshift(() => server.stop())
  const data = path.join(folder, '.local')
  expect(readdirSync(data)).toEqual(expect.arrayContaining(['admin-token', 'server-url', 'table']))
  expect(open(data)).toEqual([])
})

test.each(['sandbox', 'server'])('of the %s in a folder that was open', async program => {
  const folder = newFolder()
  const data = path.join(folder, '.local')
  mkdirSync(data)
  chmodSync(data, 0o755)
  if (program === 'sandbox') await startSandbox(folder)
  else {
    const server = await startLocalProgram(
      folder,
      ['--port', '0'],
      {},
      path.join(TARGET_FOLDER, 'dist/server.cjs'),
    )
    closers.unshift(() => server.stop())
  }
  expect(statSync(data).mode & 0o777).toBe(0o700)
})
