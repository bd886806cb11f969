import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseStageConfig, STAGE_SETTINGS } from '../../../lib/stage/stage-config.ts'
import { readStageFile, stageNames } from '../../../lib/stage/stage-file.ts'

const text = readFileSync('stages/README.md', 'utf8')
const rows = [...text.matchAll(/^\| `(\w+)` *\| (.*?) *\| (.*) \|$/gm)].map(
  ([, setting = '', standard = '']) => ({ setting, standard }),
)

describe('stages/README.md', () => {
  it('explains every setting, in the order of the schema, and no others', () => {
    expect(rows.map(row => row.setting)).toEqual([...STAGE_SETTINGS])
  })

  it('states the actual defaults', () => {
    const defaults: Record<string, unknown> = { ...parseStageConfig('default', {}) }
    for (const { setting, standard } of rows) {
      const [, documented] = standard.match(/^`([^`]*)`/) ?? []
      if (setting !== 'runbookUrl')
        expect([setting, documented]).toEqual([
          setting,
          defaults[setting] === undefined ? undefined : JSON.stringify(defaults[setting]),
        ])
    }
  })

  it('names every stage file', () => {
    for (const name of stageNames()) expect(text).toContain(`- \`${name}.json\``)
  })
})

describe('production.json', () => {
  it('sets non-default values as an example', () => {
    const example: Record<string, unknown> = { ...readStageFile('production') }
    const left = STAGE_SETTINGS.filter(setting => example[setting] === undefined)
    expect(left).toEqual(['account', 'gumloopBaseUrl', 'gumloopStreamBaseUrl'])
  })
})
