/**
 * `npm run catalog:check -- [file or URL]`: compares the catalog's description with Gumloop's published one, or another.
 * Exit code 0: no difference; 1: differences; 2: the description cannot be read.
 */
import { parseArgs } from 'node:util'
import { compareDescriptions, isSame, operationsByRoute } from './catalog/compare-descriptions.ts'
import { differencesText } from './catalog/differences-text.ts'
import { CATALOG_FOLDER, readOpenApi } from './catalog/open-api.ts'
import { plainDescription } from './catalog/plain-description.ts'
import { PUBLISHED_DESCRIPTION, readDescription } from './catalog/read-description.ts'
import { runCommand } from './catalog/run-command.ts'

async function check(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { catalog: { type: 'string', default: CATALOG_FOLDER } },
  })
  const source = positionals[0] ?? PUBLISHED_DESCRIPTION
  const ours = readOpenApi(values.catalog)
  const theirs = plainDescription(await readDescription(source), source)
  const differences = compareDescriptions(plainDescription(ours, 'the catalog'), theirs)
  console.log(differencesText(differences, source, operationsByRoute(ours).size))
  return isSame(differences) ? 0 : 1
}

await runCommand(check)
