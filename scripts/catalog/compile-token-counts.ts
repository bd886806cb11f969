/** What each tool's definition costs a model, counted once at build time: `lambda/catalog/compiled-token-counts.ts` (not committed). */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CatalogTool } from '../../lambda/catalog/tool.ts'

const OUTPUT = path.join(import.meta.dirname, '../../lambda/catalog/compiled-token-counts.ts')

/** Writes the module, unless what is there was counted from these very definitions: loading the encoding takes its time. */
export async function compileTokenCounts(tools: readonly CatalogTool[]): Promise<void> {
  const definitions = tools.map(({ definition }) => definition)
  const digest = createHash('sha256').update(JSON.stringify(definitions)).digest('hex')
  if (readIfThere().includes(digest)) return
  const { listTokens } = await import('./tool-list-cost.ts')
  const counts = Object.fromEntries(
    definitions.map(definition => [definition.name, listTokens([definition]) - listTokens([])]),
  )
  writeFileSync(
    OUTPUT,
    [
      `/** Made by scripts/catalog/compile-token-counts.ts from definitions with the digest ${digest}. Do not edit. */`,
      `export const TOOL_TOKENS: Readonly<Record<string, number>> = ${JSON.stringify(counts, null, 1)}`,
      '',
    ].join('\n'),
  )
}

function readIfThere(): string {
  try {
    return readFileSync(OUTPUT, 'utf8')
  } catch {
    return ''
  }
}
