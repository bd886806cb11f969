/**
 * `npm run catalog:update -- [file or URL]`: merges a newer description into `catalog/gumloop-openapi.json` and prints which tool
 * files are missing. Exit code 0: merged, or nothing to merge; 2: the description cannot be read.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { catalogGaps } from './catalog/catalog-gaps.ts'
import { compareDescriptions, isSame, operationsByRoute } from './catalog/compare-descriptions.ts'
import { differencesText } from './catalog/differences-text.ts'
import { mergeDescription } from './catalog/merge-description.ts'
import { CATALOG_FOLDER, readOpenApi } from './catalog/open-api.ts'
import { plainDescription } from './catalog/plain-description.ts'
import { PUBLISHED_DESCRIPTION, readDescription } from './catalog/read-description.ts'
import { runCommand } from './catalog/run-command.ts'
import { readToolFiles } from './catalog/tool-file.ts'

async function update(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { catalog: { type: 'string', default: CATALOG_FOLDER } },
  })
  const source = positionals[0] ?? PUBLISHED_DESCRIPTION
  const folder = values.catalog
  const ours = readOpenApi(folder)
  const theirs = plainDescription(await readDescription(source), source)
  const differences = compareDescriptions(plainDescription(ours, 'the catalog'), theirs)
  console.log(differencesText(differences, source, operationsByRoute(ours).size))
  const merged = isSame(differences) ? ours : mergeDescription(ours, theirs)
  if (merged !== ours) {
    writeFileSync(path.join(folder, 'gumloop-openapi.json'), JSON.stringify(merged, null, 1))
    console.log('\nUpdated gumloop-openapi.json.')
  }
  const gaps = catalogGaps(merged, readToolFiles(folder))
  if (gaps.length > 0) console.log(['', 'Missing', ...gaps.map(gap => `  ${gap}`)].join('\n'))
  if (differences.changed.length > 0)
    console.log('\nCheck the tool files of the changed operations: their fields and texts may no longer fit.')
  return 0
}

await runCommand(update)
