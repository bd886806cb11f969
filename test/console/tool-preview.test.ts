import { describe, expect, test } from 'vitest'
import { describeLimits, previewTools } from '../../console/tool-preview.ts'
import { catalogView } from '../../lambda/admin/catalog-view.ts'
import { allowedTools, listedTools } from '../../lambda/catalog/tool-filter.ts'
import { effectiveTags } from '../../lambda/connectors/tool-group.ts'

const catalog = catalogView()
const reporting = {
  name: 'reporting',
  tools: ['create_a_gumloop_session'],
  tags: ['artifacts'],
  catalog_version: 1,
}
const names = (tools: { name: string }[]) => tools.map(({ name }) => name)

describe('the preview of a selection', () => {
  test.each([
    { methods: [], tags: [] },
    { methods: ['read'], tags: ['flows', 'artifacts'] },
    { methods: ['custom', 'list_all_gumloop_agents'], tags: [] },
    { methods: ['write'], tags: ['reporting'] },
    { methods: ['read'], tags: ['nothing'] },
    { methods: [], tags: [], catalog_version: 1 },
  ])('has the tools that the server allows and lists: %j', choice => {
    const filter = {
      methods: choice.methods,
      tags: effectiveTags(choice.tags, { reporting }),
      catalog_version: choice.catalog_version ?? catalog.version,
    }
    const { allowed, listed } = previewTools(catalog, [reporting], choice)
    expect(names(allowed)).toEqual(allowedTools(filter))
    for (const exposure of ['all', 'essentials', 'discovery'] as const) {
      expect(names(listed[exposure].tools)).toEqual(listedTools(filter, exposure))
      expect(listed[exposure].tokens).toBe(
        listed[exposure].tools.reduce((sum, { tokens }) => sum + tokens, 0),
      )
    }
  })

  test('is summarized in one line', () => {
    expect([
      describeLimits({ methods: [], tags: [] }),
      describeLimits({ methods: ['read'], tags: ['flows'] }),
      describeLimits({ methods: ['read', 'a', 'b', 'c'], tags: [] }),
    ]).toEqual(['all tools', 'read · flows', 'read, a and 2 more'])
  })
})
