/** Compiles `catalog/` into the one module that the functions load: `lambda/catalog/compiled-catalog.ts` (not committed). */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { encodeSearchIndex } from '../../lambda/catalog/search-index.ts'
import type { CatalogTool, ToolIndexEntry } from '../../lambda/catalog/tool.ts'
import { searchPostings } from './compile-search-index.ts'
import { compileOperation, compileOwnTool } from './compile-tool.ts'
import { CATALOG_FOLDER, operationsOf, readOpenApi } from './open-api.ts'
import { readToolFiles, type ToolFile } from './tool-file.ts'

const OUTPUT = path.join(CATALOG_FOLDER, '../lambda/catalog/compiled-catalog.ts')

export interface Compiled {
  tools: CatalogTool[]
  /** Search words by tool name. */
  words: Map<string, string[]>
  /** Operations that have no file and are therefore no tools. */
  undocumented: string[]
}

/**
 * The catalog in its one stable order: operations as the API description has them, then our own tools by name.
 * @throws Error that names the file when one does not fit its schema or its operation
 */
export function buildCatalog(folder = CATALOG_FOLDER): Compiled {
  const document = readOpenApi(folder)
  const files = readToolFiles(folder)
  const byOperation = filesByOperation(files)
  const tools: CatalogTool[] = []
  const undocumented: string[] = []
  for (const located of operationsOf(document)) {
    const { operationId } = located.operation
    const found = byOperation.get(operationId)
    byOperation.delete(operationId)
    if (!found) undocumented.push(operationId)
    else {
      const { name, file } = found
      tools.push(inFile(name, () => compileOperation(name, located, file, document)))
    }
  }
  for (const [operationId, { name }] of byOperation)
    throw new Error(`${fileOf(name)}: operation: the API description has no operation ${operationId}`)
  for (const [name, file] of files)
    if (file.operation === undefined) tools.push(inFile(name, () => compileOwnTool(name, file)))
  return { tools, words: new Map([...files].map(([name, file]) => [name, file.search_words])), undocumented }
}

function filesByOperation(
  files: ReadonlyMap<string, ToolFile>,
): Map<string, { name: string; file: ToolFile }> {
  const found = new Map<string, { name: string; file: ToolFile }>()
  for (const [name, file] of files) {
    if (file.operation === undefined) continue
    const other = found.get(file.operation)
    if (other)
      throw new Error(`${fileOf(name)}: operation: ${fileOf(other.name)} has ${file.operation} already`)
    found.set(file.operation, { name, file })
  }
  return found
}

function fileOf(name: string): string {
  return `catalog/tools/${name}.yaml`
}

/** What `compile` returns; its errors say which file they are about. */
function inFile(name: string, compile: () => CatalogTool): CatalogTool {
  try {
    return compile()
  } catch (error) {
    throw new Error(`${fileOf(name)}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** Writes the compiled module; leaves the file alone when nothing changed, so that watchers stay quiet. */
export async function compileCatalog(): Promise<Compiled> {
  const compiled = buildCatalog()
  const search = encodeSearchIndex(searchPostings(compiled.tools, compiled.words))
  const text = [
    '/** Made by scripts/catalog/compile-catalog.ts from catalog/. Do not edit. Bodies are JSON texts, parsed when first used. */',
    "import type { ToolIndexEntry } from './tool.ts'",
    `export const TOOL_INDEX: readonly ToolIndexEntry[] = ${JSON.stringify(compiled.tools.map(indexEntry), null, 1)}`,
    '/** See search-index.ts. */',
    `export const SEARCH_INDEX = ${JSON.stringify(search)}`,
    `export const TOOL_BODIES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(compiled.tools.map(body)), null, 1)}`,
    '',
  ].join('\n')
  if (readIfThere(OUTPUT) !== text) writeFileSync(OUTPUT, text)
  return compiled
}

function indexEntry({ name, methodGroup, tags, essential, definition }: CatalogTool): ToolIndexEntry {
  return { name, methodGroup, tags, essential, annotations: definition.annotations }
}

/** What the index does not have of a tool; `findTool` puts the two together. */
function body(tool: CatalogTool): [name: string, json: string] {
  const { name, methodGroup: _g, tags: _t, essential: _e, definition, ...rest } = tool
  const { name: _n, annotations: _a, ...described } = definition
  return [name, JSON.stringify({ definition: described, ...rest })]
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
