/** `catalog:drift` as a process, with real wheels of Gumloop's SDK and with small ones made for a case. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { toZip } from 'gumloop-sandbox/zip'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currentWheel, olderWheel } from './pinned-sdk.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drift-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function drift(...args: string[]) {
  const result = spawnSync('npx', ['tsx', 'scripts/catalog-drift.ts', ...args], { encoding: 'utf8' })
  return { code: result.status, stdout: result.stdout, stderr: result.stderr.trim() }
}

/** A wheel with one module of resources. */
function wheelOf(source: string, commandLine = ''): string {
  const file = path.join(folder, 'made.whl')
  const entry = (name: string, text: string) => ({ name, bytes: Buffer.from(text) })
  const types =
    'class _Model(BaseModel):\n    pass\n\n\nclass Box(_Model):\n    id: str\n    color: str | None = None\n'
  writeFileSync(
    file,
    toZip([
      entry('gumloop/types.py', types),
      entry('gumloop/resources/boxes.py', source),
      entry('gumloop/cli/main.py', commandLine),
      entry('gumloop-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: gumloop\nVersion: 1.0\n'),
    ]),
  )
  return file
}

const methodOf = (body: string) => `class Boxes:\n    def get(self, box_id: str) -> Box:\n        ${body}\n`

/** A catalog that knows one endpoint. */
function catalogOf(properties: Record<string, unknown>, route = '/boxes/{id}'): string {
  const catalog = path.join(folder, 'catalog')
  mkdirSync(catalog, { recursive: true })
  const responses = { '200': { content: { 'application/json': { schema: { type: 'object', properties } } } } }
  const paths = { [route]: { get: { operationId: 'getBox', responses } } }
  writeFileSync(
    path.join(catalog, 'gumloop-openapi.json'),
    JSON.stringify({ paths, components: { schemas: {} } }),
  )
  return catalog
}

function noOmissions(): string {
  const file = path.join(folder, 'none.json')
  writeFileSync(file, '[]')
  return file
}

describe('with the real SDK', () => {
  test('finds the 76 endpoints that came between 0.4.7 and 0.5.9', () => {
    const { stdout } = drift(currentWheel(), '--since', olderWheel(), '--json')
    const { version, endpointCount, added } = JSON.parse(stdout)
    expect({ version, endpointCount, since: added.since }).toEqual({
      version: '0.5.9',
      endpointCount: 118,
      since: '0.4.7',
    })
    expect(added.endpoints).toHaveLength(76)
    expect(added.endpoints).toEqual(
      expect.arrayContaining(['POST /agents/{}/triggers', 'PUT /artifacts/{}/access', 'POST /wiki/query']),
    )
    expect(added.endpoints).not.toContain('GET /agents')
  })

  test('an older SDK has nothing that the catalog lacks either', () => {
    expect(JSON.parse(drift(olderWheel(), '--json').stdout).missing).toEqual([])
  })

  test('the catalog lacks nothing but what is left out on purpose, and no omission is out of date', () => {
    const { code, stdout } = drift(currentWheel())
    expect(stdout).toMatch(
      /^Gumloop's Python SDK 0\.5\.9: 118 endpoints\.\n\n0 missing, \d+ left out on purpose\.\n$/,
    )
    expect(code).toBe(0)
  })
})

describe('with a wheel made for the case', () => {
  const request = 'return Box.model_validate(self._client.get(f"boxes/{box_id}"))'

  test('a field that the catalog lacks ends with exit code 1 and is named, as text and as JSON', () => {
    const args = [
      wheelOf(methodOf(request)),
      '--catalog',
      catalogOf({ id: {} }),
      '--omissions',
      noOmissions(),
    ]
    const asText = drift(...args)
    expect(asText.code).toBe(1)
    expect(asText.stdout).toContain('Fields of responses (1):\n  GET /boxes/{} color\n')
    const asJson = drift(...args, '--json')
    expect(asJson.code).toBe(1)
    expect(JSON.parse(asJson.stdout).missing).toEqual([{ kind: 'response', at: 'GET /boxes/{} color' }])
  })

  test('nothing missing ends with exit code 0', () => {
    const catalog = catalogOf({ id: {}, color: {} })
    const result = drift(wheelOf(methodOf(request)), '--catalog', catalog, '--omissions', noOmissions())
    expect(result).toEqual({
      code: 0,
      stdout: "Gumloop's Python SDK 1.0: 1 endpoints.\n\n0 missing, 0 left out on purpose.\n",
      stderr: '',
    })
  })

  test('a keyword that a method passes on is known from the command line of the package', () => {
    const open = wheelOf(
      'class Boxes:\n    def list(self, *, cursor=None, **kwargs) -> Box:\n        return self._client.get("boxes/all", params={"cursor": cursor, **kwargs})\n',
      'def show(client, limit):\n    return client.boxes.list(cursor=None, summary=True)\n',
    )
    const result = drift(
      open,
      '--catalog',
      catalogOf({ id: {}, color: {} }, '/boxes/all'),
      '--omissions',
      noOmissions(),
    )
    expect(result.stdout).toContain(
      'Query parameters (2):\n  GET /boxes/all cursor\n  GET /boxes/all summary\n',
    )
  })

  test('a path that the source does not say is an error, never a request that is passed over', () => {
    const result = drift(wheelOf(methodOf('return self._client.get(made_elsewhere(box_id))')))
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: 'The path of the request in get at line 3 cannot be read.',
    })
  })

  test('a file that is no wheel, and one that is not there, end with exit code 2 and one sentence', () => {
    const text = path.join(folder, 'text.whl')
    writeFileSync(text, 'no archive')
    for (const file of [text, path.join(folder, 'absent.whl')]) {
      const { code, stderr } = drift(file)
      expect(code).toBe(2)
      expect(stderr.split('\n')).toHaveLength(1)
    }
  })
})
