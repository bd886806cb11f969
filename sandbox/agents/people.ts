/** The people and teams of the company that the sandbox plays: Harbor & Finch, makers of travel goods. */
import { Refusal } from '../http/error-response.ts'

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

/** Who made the agents that come with the sandbox. */
export const SEED_CREATOR = NOOR

/** Any other user id gets a person of its own, so that every account sees itself by its own id. */
export function personOf(userId: string): Person {
  if (userId === NOOR.id) return NOOR
  return {
    id: userId,
    first_name: 'You',
    last_name: '',
    email: 'you@harborfinch.example',
    profile_picture: null,
  }
}

/** @throws Refusal 403 for a team that the caller cannot be in */
export function requireTeam(teamId: string): void {
  if (TEAMS.some(team => team.id === teamId)) return
  const known = TEAMS.map(team => team.id).join(' and ')
  throw new Refusal(
    403,
    'permission_denied',
    `You are not in the team "${teamId}". The sandbox has ${known}.`,
    {
      param: 'team_id',
    },
  )
}
