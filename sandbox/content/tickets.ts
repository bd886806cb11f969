/** The support inbox that the Support Triage agent sorts. */
import { fractionOf } from '../http/ids.ts'

export interface Ticket {
  ticket: string
  from: string
  subject: string
  team: string
  urgency: 'now' | 'today' | 'this week'
}

const INBOX: Omit<Ticket, 'ticket'>[] = [
  {
    from: 'p.osei@example.com',
    subject: 'Wheel fell off in Lisbon, flight is at six',
    team: 'Repairs',
    urgency: 'now',
  },
  {
    from: 'accounts@aldermoor.example',
    subject: 'Invoice 4471 is there twice, "again"',
    team: 'Finance',
    urgency: 'today',
  },
  { from: 'june@example.org', subject: 'Do you ship to Greenland?', team: 'Orders', urgency: 'this week' },
  { from: 'anon@example.net', subject: 'Your zip ate my scarf', team: 'Repairs', urgency: 'today' },
  {
    from: 'press@example.com',
    subject: 'Comment on the recall, deadline 14:00',
    team: 'Press',
    urgency: 'now',
  },
  {
    from: 'm.lind@example.com',
    subject: 'Lovely bag. No complaint. Just that.',
    team: 'Nobody, frame it',
    urgency: 'this week',
  },
]

/** Four to six tickets. Deterministic for each run. */
export function ticketsOf(runId: string): Ticket[] {
  const count = 4 + Math.floor(fractionOf(`${runId}|tickets`) * 3)
  return INBOX.slice(0, count).map((entry, i) => ({ ticket: `T-${4400 + i}`, ...entry }))
}
