/** The organization: members of workspaces and roles, limits, audit events and exports, as plain data. */

export interface AuditEventRecord {
  id: string
  atMs: number
  type: string
  userId: string
  entityId: string | null
  workspaceId: string | null
  details: string
}

export interface RoleRecord {
  id: string
  name: string
  isDefault: boolean
  /** E-mail addresses. */
  members: string[]
  monthlyCreditLimit: number | null
}

export interface ExportRecord {
  id: string
  dataType: string
  fields: string[]
  createdAtMs: number
  workMs: number
  /** The range of the records. */
  fromMs: number
  untilMs: number
}

export interface OrganizationState {
  /** E-mail addresses by workspace. */
  workspaceMembers: Record<string, string[]>
  roles: RoleRecord[]
  /** The latest, oldest first. */
  auditEvents: AuditEventRecord[]
  eventsMade: number
  exports: ExportRecord[]
}
