/** Compiles `catalog/` into the one module that the functions load: `lambda/catalog/compiled-catalog.ts` (not committed). */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { toHintDigit } from '../../lambda/catalog/hint-digit.ts'
import { encodeSearchIndex } from '../../lambda/catalog/search-index.ts'
import type { CatalogTool } from '../../lambda/catalog/tool.ts'
import { searchPostings } from './compile-search-index.ts'
import { compileOperation, compileOwnTool } from './compile-tool.ts'
import {
  CATALOG_FOLDER,
  type OpenApiOperation,
  readOpenApi,
  readRecords,
  readToolRows,
} from './read-sources.ts'

const OUTPUT = path.join(CATALOG_FOLDER, '../lambda/catalog/compiled-catalog.ts')

export interface Compiled {
  tools: CatalogTool[]
  /** Search words by tool name. */
  words: Map<string, string[]>
  /** Operations that have no documentation record and are therefore no tools. */
  undocumented: string[]
}

/** The catalog in its one stable order: the rows of tools.tsv, then our own tools by name. */
export function buildCatalog(folder = CATALOG_FOLDER): Compiled {
  const document = readOpenApi(folder)
  const operations = new Map<string, OpenApiOperation>()
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) operations.set(operation.operationId, operation)
  }
  const rows = readToolRows(folder)
  const records = readRecords(folder)
  const tools: CatalogTool[] = []
  const undocumented: string[] = []
  for (const row of rows) {
    const operation = operations.get(row.operationId)
    if (!operation)
      throw new Error(`tools.tsv names ${row.operationId}, which Gumloop's description does not hold`)
    const record = records.get(row.tool)
    if (record) tools.push(compileOperation(row, operation, record, document))
    else undocumented.push(row.operationId)
  }
  const named = new Set(rows.map(row => row.tool))
  for (const [name, record] of records) if (!named.has(name)) tools.push(compileOwnTool(name, record))
  return { tools, words: new Map([...records].map(([name, record]) => [name, record.words])), undocumented }
}

/** Writes the compiled module; leaves the file alone when nothing changed, so that watchers stay quiet. */
export async function compileCatalog(): Promise<Compiled> {
  const compiled = buildCatalog()
  const index = compiled.tools.map(({ name, methodGroup, tags, essential }) => ({
    name,
    methodGroup,
    tags,
    essential,
  }))
  const bodies = compiled.tools.map(({ name, methodGroup: _g, tags: _t, essential: _e, ...body }) => [
    name,
    JSON.stringify(body),
  ])
  const hints = compiled.tools.map(tool => toHintDigit(tool.definition.annotations)).join('')
  const search = encodeSearchIndex(searchPostings(compiled.tools, compiled.words))
  const text = [
    '/** Made by scripts/catalog/compile-catalog.ts from catalog/. Do not edit. Bodies are JSON texts, parsed when first used. */',
    "import type { ToolIndexEntry } from './tool.ts'",
    `export const TOOL_INDEX: readonly ToolIndexEntry[] = ${JSON.stringify(index)}`,
    '/** Safety hints by position: see joint-hints.ts. */',
    `export const TOOL_HINTS = ${JSON.stringify(hints)}`,
    '/** See search-index.ts. */',
    `export const SEARCH_INDEX = ${JSON.stringify(search)}`,
    `export const TOOL_BODIES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(bodies), null, 1)}`,
    '',
  ].join('\n')
  if (readIfThere(OUTPUT) !== text) writeFileSync(OUTPUT, text)
  return compiled
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
