/** The people and teams of the sandbox's fictional company: Harbor & Finch, makers of travel goods. */
import { ApiError } from '../http/error-response.ts'

export const TEAMS = [
  { id: 'team_harbor', name: 'Harbor & Finch' },
  { id: 'team_finance', name: 'Finance' },
] as const

export interface Person {
  id: string
  first_name: string
  last_name: string
  email: string
  profile_picture: null
}

const NOOR: Person = {
  id: 'user_noor',
  first_name: 'Noor',
  last_name: 'Haddad',
  email: 'noor@harborfinch.example',
  profile_picture: null,
}

/** People who see only what they made and what is shared with them. Everybody else is a member of both teams. */
const GUESTS: readonly (Person & { teamIds: readonly string[] })[] = [
  {
    id: 'user_ana',
    first_name: 'Ana',
    last_name: 'Sousa',
    email: 'ana@harborfinch.example',
    profile_picture: null,
    teamIds: [],
  },
  {
    id: 'user_tomasz',
    first_name: 'Tomasz',
    last_name: 'Wilk',
    email: 'tomasz@harborfinch.example',
    profile_picture: null,
    teamIds: ['team_finance'],
  },
]

export function isGuest(userId: string): boolean {
  return GUESTS.some(guest => guest.id === userId)
}

export function teamIdsOf(userId: string): readonly string[] {
  return GUESTS.find(guest => guest.id === userId)?.teamIds ?? TEAMS.map(team => team.id)
}

/** The display name of a known e-mail address, else null. */
export function nameOfEmail(email: string): string | null {
  const person = [NOOR, ...GUESTS].find(known => known.email === email.toLowerCase())
  return person === undefined ? null : `${person.first_name} ${person.last_name}`
}

/** The creator of the agents that come with the sandbox. */
export const SEED_CREATOR = NOOR

/** Every other user ID maps to a person with that ID, so that each account sees itself under its own ID. */
export function personOf(userId: string): Person {
  if (userId === NOOR.id) return NOOR
  const guest = GUESTS.find(known => known.id === userId)
  if (guest !== undefined) {
    const { teamIds: _, ...person } = guest
    return person
  }
  return {
    id: userId,
    first_name: 'You',
    last_name: '',
    email: 'you@harborfinch.example',
    profile_picture: null,
  }
}

/** @throws ApiError 403 for an unknown team */
export function requireTeam(teamId: string): void {
  if (TEAMS.some(team => team.id === teamId)) return
  const known = TEAMS.map(team => team.id).join(' and ')
  throw new ApiError(
    403,
    'permission_denied',
    `You are not a member of the team "${teamId}". The sandbox has ${known}.`,
    {
      param: 'team_id',
    },
  )
}
