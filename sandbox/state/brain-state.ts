/** Sources of the Brain, as plain data. */

export interface BrainFileRecord {
  id: string
  fileName: string
  mediaType: string
  sizeBytes: number
  sha256: string
  /** What search finds: the beginning of a text file; empty for other files. */
  text: string
  createdAtMs: number
}

export interface BrainSyncRecord {
  id: string
  trigger: 'manual' | 'upload' | 'approval'
  createdAtMs: number
  workMs: number
  documentsSeen: number
  documentsChanged: number
  credits: number
}

export interface BrainSourceRecord {
  id: string
  name: string
  sourceType: string
  /** A draft is not indexed before it is approved. */
  status: 'draft' | 'active' | 'paused'
  scope: 'personal' | 'team' | 'organization'
  teamId: string | null
  creatorId: string
  createdAtMs: number
  files: BrainFileRecord[]
  /** Oldest first. */
  syncs: BrainSyncRecord[]
}
