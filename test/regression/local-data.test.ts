/** The local server's own files: a log that cannot be written, and a reset. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { call, type Json } from '../support/mcp-server.ts'
import { startTarget, TARGET_FOLDER } from './target.ts'

test('a log that cannot be written fails no call', async () => {
  const target = await startTarget()
  try {
    const url = await target.connector()
    const log = path.join(target.folder, '.local/server.log')
    rmSync(log, { force: true })
    mkdirSync(log)
    target.upstream.script({ status: 200, json: { agents: [] } })
    const result: Json = await call(url, 'list_all_gumloop_agents', {})
    expect(result.structuredContent).toMatchObject({ result: [] })
  } finally {
    await target.close()
  }
})

test('--reset moves the data aside', async () => {
  const { folder, remove } = temporaryFolder()
  const program = path.join(TARGET_FOLDER, 'dist/server.cjs')
  const first = await startLocalProgram(folder, ['--port', '0'], {}, program)
  await first.stop()
  const second = await startLocalProgram(folder, ['--port', '0', '--reset'], {}, program)
  await second.stop()
  const aside = readdirSync(folder).filter(name => name.startsWith('.local.'))
  expect(aside).toHaveLength(1)
  expect(existsSync(path.join(folder, aside[0] ?? '', 'admin-token'))).toBe(true)
  remove()
})
