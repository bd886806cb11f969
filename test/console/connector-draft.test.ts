import { describe, expect, test } from 'vitest'
import { draftOf, missingIn, NEW_DRAFT, toggled, toInput } from '../../console/connector-draft.ts'
import { EXPIRY_CHOICES, toExpiresAt } from '../../console/format-time.ts'
import { connectorRecord, NOW_MS } from '../support/connectors.ts'

describe('a draft', () => {
  test('of a new connector allows reading only, and expires', () => {
    const draft = { ...NEW_DRAFT, name: ' Reporting ' }
    expect([missingIn(NEW_DRAFT, NOW_MS), missingIn(draft, NOW_MS)]).toEqual(['Enter a name.', undefined])
    expect(toInput(draft, NOW_MS)).toEqual({
      name: 'Reporting',
      config: {
        methods: ['read'],
        tags: [],
        tool_exposure: 'essentials',
        require_api_token_auth: false,
        max_result_characters: 48_000,
      },
      expires_at: '2026-12-22T12:00:00Z',
    })
  })

  test('of an existing connector sends the same config and no expiry', () => {
    for (const methods of [['read', 'list_all_gumloop_agents'], ['write'], []]) {
      const record = connectorRecord({
        config: {
          methods,
          tags: ['flows'],
          tool_exposure: 'all',
          require_api_token_auth: true,
          max_result_characters: 48_000,
        },
        expires_at: '2027-01-01T00:00:00Z',
      })
      expect(toInput(draftOf(record), NOW_MS)).toEqual({ name: record.name, config: record.config })
    }
  })

  test('reports what is missing', () => {
    const draft = { ...NEW_DRAFT, name: 'x' }
    expect(missingIn({ ...draft, groups: [] }, NOW_MS)).toContain('Choose what it may do')
    expect(missingIn({ ...draft, groups: [], tools: ['list_all_gumloop_agents'] }, NOW_MS)).toBeUndefined()
    expect(missingIn({ ...draft, expiry: 'date' }, NOW_MS)).toContain('Choose the date')
    expect(toggled(toggled(['a'], 'b', true), 'a', false)).toEqual(['b'])
  })
})

describe('an expiry choice', () => {
  test('is a timestamp that the server accepts', () => {
    for (const choice of Object.keys(EXPIRY_CHOICES)) {
      const known = choice as keyof typeof EXPIRY_CHOICES // its own key
      const expiresAt = toExpiresAt(known, '2027-01-31T12:00', NOW_MS)
      if (choice === 'never') expect(expiresAt).toBeNull()
      else {
        expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        expect(Date.parse(expiresAt ?? '')).toBeGreaterThan(NOW_MS + 60_000)
      }
    }
    expect(toExpiresAt('date', 'soon', NOW_MS)).toBeUndefined()
  })
})
