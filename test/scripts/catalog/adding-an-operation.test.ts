/** docs/adding-an-operation.md, followed to the letter in a copy of the project: one file written by hand is enough, and every rule holds. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { altered } from './altered-description.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const COPIED = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'catalog',
  'scripts',
  'lambda',
  'lib',
  'docs',
]
const folder = mkdtempSync(path.join(os.tmpdir(), 'adding-'))
const guide = readFileSync(path.join(ROOT, 'docs/adding-an-operation.md'), 'utf8')

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  )
}
// The comparison with the SDK's source has tests of its own.
const [check = '', update = '', ...freeze] = blocks('sh')
  .flatMap(block => block.trim().split('\n'))
  .filter(command => !command.includes('catalog:drift'))
const [toolFile = ''] = blocks('yaml')
const [, tool = ''] = /`(list\w+)\.yaml`/.exec(guide) ?? []

function run(command: string): { status: number | null; output: string } {
  const { CI: _, ...env } = process.env // snapshots are never written in CI
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  return { status, output: stdout + stderr }
}

beforeAll(() => {
  for (const part of [...COPIED, 'test/catalog', 'test/tool-snapshots', 'test/support']) {
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  const published = altered(document => {
    const folderList = {
      type: 'object',
      properties: { folders: { type: 'array', items: { type: 'object' } } },
    }
    const content = { 'application/json': { schema: folderList } }
    document.paths['/folders'] = { get: { operationId: 'listFolders', responses: { 200: { content } } } }
  })
  writeFileSync(path.join(folder, 'openapi.yaml'), stringify(published, { aliasDuplicateObjects: false }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every step of the guide works', { timeout: 240_000 }, () => {
  expect(run(check)).toMatchObject({
    status: 1,
    output: expect.stringContaining('GET /folders (listFolders)'),
  })
  const updated = run(update)
  expect(updated).toMatchObject({
    status: 0,
    output: expect.stringContaining('listFolders (GET /folders) has no tool: add catalog/tools/NAME.yaml'),
  })
  expect(run(check).status).toBe(0)

  expect(tool).toBe('list_all_gumloop_folders')
  writeFileSync(path.join(folder, `catalog/tools/${tool}.yaml`), toolFile)
  for (const command of freeze) {
    const { status, output } = run(command)
    expect(status, `${command}\n${output}`).toBe(0)
  }
  expect(existsSync(path.join(folder, `test/tool-snapshots/${tool}.json`))).toBe(true)
  expect(readFileSync(path.join(folder, 'docs/tools.md'), 'utf8')).toContain(`| \`${tool}\` | List folders |`)
})
