/** A file's name alone says what is in it: a base name occurs once, or names the same concept in several layers. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** One concept in several layers or packages: the base name, the folders, and the concept. */
const SAME_CONCEPT: Record<string, { in: string[]; concept: string }> = {
  'base64.ts': { in: ['lambda/gumloop', 'sandbox/http'], concept: 'base64 fields of Gumloop’s API' },
  'error-response.ts': { in: ['lambda/http', 'sandbox/http'], concept: 'responses for errors' },
  'ip-ranges.ts': { in: ['lib/api', 'bin'], concept: 'the setting allowedIpRanges' },
  'mcp-gateway.ts': {
    in: ['lambda/tools/handlers', 'sandbox/agents'],
    concept: 'Gumloop’s gateway to other MCP servers',
  },
  'media-type.ts': { in: ['lambda/gumloop', 'sandbox/http'], concept: 'media types of files' },
  'multipart.ts': { in: ['lambda/gumloop', 'sandbox/http'], concept: 'multipart/form-data bodies' },
  'paging.ts': { in: ['lambda/gumloop', 'sandbox/http'], concept: 'Gumloop’s cursor paging' },
  'server.ts': { in: ['bin', 'lambda/mcp'], concept: 'the MCP server' },
  'api.ts': { in: ['bin/cli', 'console'], concept: 'a client of the admin API' },
  'credentials.ts': { in: ['lambda/accounts', 'lambda/gumloop'], concept: 'credentials of Gumloop' },
}

const sources = execFileSync(
  'git',
  ['ls-files', 'bench', 'bin', 'console', 'lambda', 'lib', 'sandbox', 'scripts'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter(file => /\.tsx?$/.test(file))

const foldersOf = (name: string) =>
  sources.filter(file => path.basename(file) === name).map(file => path.dirname(file))

test('no two files share a base name, unless they are one concept in several layers', () => {
  expect(sources.length).toBeGreaterThan(300)
  const names = [...new Set(sources.map(file => path.basename(file)))]
  const shared = names.filter(name => foldersOf(name).length > 1)
  const unexplained = shared.filter(name =>
    foldersOf(name).some(dir => !SAME_CONCEPT[name]?.in.includes(dir)),
  )
  expect(unexplained.map(name => `${name}: ${foldersOf(name).join(', ')}`)).toEqual([])
})

test('every shared name in the list exists', () => {
  for (const [name, { in: folders }] of Object.entries(SAME_CONCEPT))
    expect(foldersOf(name), name).toEqual(expect.arrayContaining(folders))
})
