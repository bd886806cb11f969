import { describe, expect, test } from 'vitest'
import { limitsInWords, previewTools } from '../../console/tool-preview.ts'
import { catalogView } from '../../lambda/admin/catalog-view.ts'
import { allowedTools, listedTools } from '../../lambda/catalog/tool-filter.ts'
import { effectiveTags } from '../../lambda/connectors/tool-group.ts'

const catalog = catalogView()
const reporting = { name: 'reporting', tools: ['create_a_gumloop_session'], tags: ['artifacts'] }
const names = (tools: { name: string }[]) => tools.map(({ name }) => name)

describe('what a choice leaves', () => {
  test.each([
    { methods: [], tags: [] },
    { methods: ['read'], tags: ['flows', 'artifacts'] },
    { methods: ['custom', 'list_all_gumloop_agents'], tags: [] },
    { methods: ['write'], tags: ['reporting'] },
    { methods: ['read'], tags: ['nothing'] },
  ])('is what the server lets through and lists: %j', choice => {
    const filter = { methods: choice.methods, tags: effectiveTags(choice.tags, { reporting }) }
    const { allowed, listed } = previewTools(catalog, [reporting], choice)
    expect(names(allowed)).toEqual(allowedTools(filter))
    for (const exposure of ['all', 'essentials', 'discovery'] as const) {
      expect(names(listed[exposure].tools)).toEqual(listedTools(filter, exposure))
      expect(listed[exposure].tokens).toBe(
        listed[exposure].tools.reduce((sum, { tokens }) => sum + tokens, 0),
      )
    }
  })

  test('is said in one line', () => {
    expect([
      limitsInWords({ methods: [], tags: [] }),
      limitsInWords({ methods: ['read'], tags: ['flows'] }),
      limitsInWords({ methods: ['read', 'a', 'b', 'c'], tags: [] }),
    ]).toEqual(['every tool', 'read · flows', 'read, a and 2 more'])
  })
})
