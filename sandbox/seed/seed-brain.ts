/** The Brain of the sandbox: a handbook from Notion, with pages and one that could not be read, and a source for uploads. */
import type { BrainSourceRecord } from '../state/brain-state.ts'

export interface BrainPage {
  id: string
  title: string
  /** The page that it is below; null at the top. */
  parentId: string | null
  /** Null for a folder. */
  text: string | null
}

const page = (id: string, title: string, parentId: string | null, text: string | null): BrainPage => ({
  id,
  title,
  parentId,
  text,
})

/** Pages of connected sources, by source. */
export const PAGES: Readonly<Record<string, readonly BrainPage[]>> = {
  brn_handbook: [
    page('doc_people', 'People', null, null),
    page(
      'doc_travel',
      'Travel policy',
      'doc_people',
      'Book trains for trips under five hours. Hotels up to € 160 a night. Claims above € 100 need an approval.',
    ),
    page(
      'doc_leave',
      'Leave',
      'doc_people',
      'Everybody has 28 days of leave a year. Ask two weeks before. Ten days may be moved into the next year.',
    ),
    page('doc_workshop', 'Workshop', null, null),
    page(
      'doc_repairs',
      'Repairs',
      'doc_workshop',
      'Wheels are repaired for free in the first five years. Customers send the bag to Lisbon with the form R-7.',
    ),
  ],
}

/** Items that could not be indexed, by source. */
export const ISSUES: Readonly<Record<string, readonly { key: string; title: string; reason: string }[]>> = {
  brn_handbook: [{ key: 'doc_payroll', title: 'Payroll', reason: 'no_access' }],
}

const SEEDED_AT_MS = Date.parse('2026-03-02T09:00:00Z')

export function seedBrainSources(): BrainSourceRecord[] {
  const source = { teamId: null, creatorId: 'user_noor', createdAtMs: SEEDED_AT_MS, files: [], syncs: [] }
  return [
    {
      ...source,
      id: 'brn_handbook',
      name: 'Handbook',
      sourceType: 'notion',
      status: 'active',
      scope: 'organization',
      syncs: [
        {
          id: 'sync_handbook_1',
          trigger: 'approval',
          createdAtMs: SEEDED_AT_MS,
          workMs: 60_000,
          documentsSeen: 4,
          documentsChanged: 3,
          credits: 3,
        },
      ],
    },
    {
      ...source,
      id: 'brn_policies',
      name: 'Policies',
      sourceType: 'direct_file_uploads',
      status: 'active',
      scope: 'team',
      teamId: 'team_harbor',
      files: [],
      syncs: [],
    },
  ]
}
