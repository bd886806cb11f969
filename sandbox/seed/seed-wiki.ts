/** The cards of the personal wiki. */
const UPDATED_AT = '2026-10-12T08:30:00Z'

const fact = (id: string, kind: string, text: string) => ({
  id,
  kind,
  text,
  origin: 'learned',
  pinned: false,
  sources: [
    {
      type: 'session',
      subject_id: 'ses_spring_review',
      locator: null,
      label: 'Spring review',
      agent_id: 'agt_research_desk',
      observed_at: UPDATED_AT,
    },
  ],
  first_seen_at: UPDATED_AT,
  last_seen_at: UPDATED_AT,
})

const card = (type: string, entity_key: string | null, name: string, summary: string) => ({
  type,
  entity_key,
  name,
  summary,
  status: 'active',
  icon_url: null,
  linked_user: null,
  agent_ids: ['agt_research_desk'],
  updated_at: UPDATED_AT,
  row_facts: {},
  facts: [],
})

export const WIKI_CARDS = [
  {
    ...card('person', 'ana-sousa', 'Ana Sousa', 'Finance partner in Lisbon.'),
    linked_user: {
      id: 'user_ana',
      first_name: 'Ana',
      last_name: 'Sousa',
      email: 'ana@harborfinch.example',
      profile_picture: null,
    },
    row_facts: { role: 'Finance partner' },
    facts: [
      fact('fact_ana_1', 'role', 'Signs off budgets above € 10,000.'),
      fact('fact_ana_2', 'preference', 'Wants figures in a table.'),
    ],
  },
  {
    ...card('organization', 'northrail', 'Northrail', 'Rail operator, largest customer of the cabin series.'),
    row_facts: { industry: 'Rail' },
    facts: [fact('fact_northrail_1', 'contract', 'The framework contract ends in March 2027.')],
  },
  {
    ...card('project', 'lisbon-wheels', 'Lisbon wheels', 'New wheels for the repair shop in Lisbon.'),
    facts: [fact('fact_wheels_1', 'status', 'The second test series starts in December.')],
  },
  {
    ...card('profile', null, 'You', 'Runs operations at Harbor & Finch.'),
    facts: [fact('fact_profile_1', 'preference', 'Prefers short answers.')],
  },
]
