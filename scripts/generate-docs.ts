/** `npm run docs`: generates `docs/tools.md`, the tables in `docs/long-runs.md`, and the costs in `docs/costs.md`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileCatalog } from './catalog/compile-catalog.ts'
import { toolsDocument } from './catalog/tools-document.ts'
import { writeCosts } from './costs/costs-document.ts'
import { writeLongRunsTables } from './runs/long-runs-document.ts'

const { tools } = await compileCatalog()
// Imported afterwards, since they load compiled files.
const { measuredLists } = await import('./catalog/measured-lists.ts')
const { searchQualitySection } = await import('./catalog/search-quality.ts')
const file = path.join(import.meta.dirname, '../docs/tools.md')
writeFileSync(file, toolsDocument(tools, measuredLists(), searchQualitySection()))
console.log(`docs/tools.md: ${tools.length} tools`)
writeLongRunsTables()
writeCosts()
