/** `catalog:check` and `catalog:update` as processes, with a real file and a real server. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { buildCatalog } from '../../../scripts/catalog/compile-catalog.ts'
import { altered, generatedStyle, type Loose } from './altered-description.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const folder = mkdtempSync(path.join(os.tmpdir(), 'catalog-'))
const catalog = path.join(folder, 'catalog')
const description = path.join(catalog, 'gumloop-openapi.json')
let answer: { status: number; text: string } = { status: 200, text: '' }
const server = http.createServer((_, response) => response.writeHead(answer.status).end(answer.text))
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => cpSync(path.join(ROOT, 'catalog'), catalog, { recursive: true }))

interface Ended {
  code: number | null
  out: string
  err: string
}

function run(command: 'check' | 'update', ...args: string[]): Promise<Ended> {
  const script = path.join(ROOT, `scripts/catalog-${command}.ts`)
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--catalog', catalog, ...args], {
    cwd: ROOT,
  })
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.on('data', text => {
    ended.out += text
  })
  child.stderr.on('data', text => {
    ended.err += text
  })
  return new Promise(resolve => child.on('close', code => resolve({ ...ended, code })))
}

function saved(document: Loose): string {
  const file = path.join(folder, 'theirs.yaml')
  writeFileSync(file, stringify(document, { aliasDuplicateObjects: false }))
  return file
}

/** One operation new, one removed, one changed. */
const newer = () =>
  altered(document => {
    document.paths['/folders'] = {
      get: {
        operationId: 'listFolders',
        summary: 'List folders',
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/FolderList' } } } },
        },
      },
    }
    document.components.schemas.FolderList = {
      type: 'object',
      properties: { folders: { type: 'array', items: {} } },
    }
    delete document.paths['/list_workbooks']
    const get = document.paths['/agents'].get
    get.operationId = 'list_agents_api_v1'
    get.description = 'Their words.'
    get.parameters.push({
      in: 'query',
      name: 'archived',
      description: 'Archived ones too.',
      schema: { type: 'boolean' },
    })
  })

describe('catalog:check', () => {
  test('exits with 0 for the same API in a YAML file', async () => {
    const { code, out } = await run('check', saved(generatedStyle()))
    expect([code, out]).toEqual([0, expect.stringMatching(/^No differences: .* \(\d+ operations\)\.$/m)])
  })

  test('exits with 1 for another API at a URL and prints the differences', async () => {
    answer = { status: 200, text: JSON.stringify(newer()) }
    const { code, out } = await run('check', url)
    expect(code).toBe(1)
    expect(out.trim().split('\n')).toEqual([
      `The catalog differs from ${url}: 1 new, 1 removed, 1 changed.`,
      '',
      'New operations',
      '  GET /folders (listFolders): List folders',
      '',
      'Removed operations',
      '  GET /list_workbooks (listWorkbooks): List workbooks',
      '',
      'Changed operations',
      '  GET /agents (listAgents): List agents',
      '    + query archived: boolean',
    ])
  })

  test.each<[string, () => string[], RegExp]>([
    ['a missing file', () => ['nowhere.yaml'], /^nowhere.yaml cannot be read\.$/],
    [
      'a missing page',
      () => {
        answer = { status: 404, text: 'no' }
        return [url]
      },
      /returned HTTP 404\.$/,
    ],
    ['an unreachable server', () => ['http://127.0.0.1:1/openapi.yaml'], /cannot be reached\.$/],
    [
      'an HTML page',
      () => {
        answer = { status: 200, text: '<!doctype html><title>Sign in</title>' }
        return [url]
      },
      /is not an OpenAPI 3 description\.$|neither JSON nor YAML\.$/,
    ],
    ['an unknown option', () => ['--quiet'], /Unknown option/],
  ])('exits with 2 and one sentence for %s', async (_, args, sentence) => {
    const { code, out, err } = await run('check', ...args())
    expect([code, out]).toEqual([2, ''])
    expect(err.trim()).toMatch(sentence)
    expect(err).not.toContain('    at ')
  })
})

describe('catalog:update', () => {
  test('keeps every byte for the same API', async () => {
    const before = readFileSync(description, 'utf8')
    const { code } = await run('update', saved(generatedStyle()))
    expect(code).toBe(0)
    expect(readFileSync(description, 'utf8')).toBe(before)
  })

  test('merges a newer description with our names and texts, and lists the gaps', async () => {
    const before = JSON.parse(readFileSync(description, 'utf8'))
    const notYetTools = buildCatalog().undocumented
    const { code, out } = await run('update', saved(newer()))
    const after = JSON.parse(readFileSync(description, 'utf8'))
    const gaps = out.split('\n').filter(line => !notYetTools.some(one => line.startsWith(`  ${one} (`)))
    expect([code, gaps.join('\n').split('\n\n').slice(-3)]).toEqual([
      0,
      [
        'Updated gumloop-openapi.json.',
        [
          'Missing',
          '  listFolders (GET /folders) has no tool: add catalog/tools/NAME.yaml with operation: listFolders',
          '  listWorkbooks was removed: delete catalog/tools/list_all_gumloop_workbooks.yaml',
        ].join('\n'),
        'Check the tool files of the changed operations: their fields and texts may no longer fit.\n',
      ],
    ])
    const agents = { ...before.paths['/agents'].get }
    agents.parameters = [...agents.parameters, newer().paths['/agents'].get.parameters.at(-1)]
    expect(after.paths['/agents'].get).toEqual(agents)
    const { '/list_workbooks': _, ...otherPaths } = before.paths
    const { Workbook: __, ...schemas } = before.components.schemas // nobody refers to it any more
    expect(after).toEqual({
      ...before,
      paths: {
        ...otherPaths,
        '/agents': { ...otherPaths['/agents'], get: agents },
        '/folders': newer().paths['/folders'],
      },
      components: {
        ...before.components,
        schemas: { ...schemas, FolderList: newer().components.schemas.FolderList },
      },
    })
    expect((await run('check', saved(newer()))).code).toBe(0)
  })

  test('does not change the catalog if the description cannot be read', async () => {
    const before = readFileSync(description, 'utf8')
    const { code } = await run('update', path.join(catalog, 'tools', 'list_all_gumloop_agents.yaml'))
    expect(code).toBe(2)
    expect(readFileSync(description, 'utf8')).toBe(before)
  })
})
