/** The organization of the sandbox's company. */
import type { OrganizationState } from '../state/organization-state.ts'

export const ORGANIZATION = { id: 'org_harborfinch', name: 'Harbor & Finch' } as const

export function seedOrganization(): OrganizationState {
  const members = ['noor@harborfinch.example', 'tomasz@harborfinch.example']
  return {
    workspaceMembers: { team_harbor: ['noor@harborfinch.example'], team_finance: [...members] },
    roles: [
      {
        id: 'role_member',
        name: 'Member',
        isDefault: true,
        members: [...members, 'ana@harborfinch.example'],
        monthlyCreditLimit: null,
      },
      {
        id: 'role_finance',
        name: 'Finance',
        isDefault: false,
        members: [...members],
        monthlyCreditLimit: 5_000,
      },
    ],
    auditEvents: [],
    eventsMade: 0,
    exports: [],
  }
}
