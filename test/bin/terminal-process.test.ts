/** What a program says when it crashes. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '../..')

function crash(code: string): { status: number | null; stderr: string } {
  const program = `
    import { describeCrash } from './bin/server/disk-full.ts'
    import { prepareProcess } from './bin/terminal-process.ts'
    prepareProcess(error => describeCrash(error, '/data'))
    setImmediate(() => { throw Object.assign(new Error('write failed'), { code: '${code}' }) })`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
}

test('a store that fails in a callback because the disk is full says what to do', () => {
  expect(crash('ENOSPC')).toMatchObject({
    status: 1,
    stderr:
      'There is no space left for the data in /data. Free some, then start again: the data is not damaged.\n',
  })
})

test('any other crash shows the error and where it came from', () => {
  const { status, stderr } = crash('EOTHER')
  expect(status).toBe(1)
  expect(stderr).toMatch(/write failed[\s\S]*at [\s\S]*EOTHER/)
})
