/** A tool group: a named set of tools that an administrator defines, used in `tags` like the catalog's tags. Pure. */
import { tagUpTo } from '../catalog/filter-rule.ts'
import { isRecordName } from '../shared/record-name.ts'

/** A tool is in the group if it is listed, or has one of the tags. */
export interface ToolGroupDefinition {
  /** Exact tool names. */
  tools: string[]
  /** Tags of the catalog. */
  tags: string[]
  /** The tags mean the tools that this version of the catalog has. Absent: 1. */
  catalog_version?: number
}

/** A group as the API returns it. Times are RFC 3339 in UTC. */
export interface ToolGroupRecord extends ToolGroupDefinition {
  account_id: string
  name: string
  created_by: string
  created_at: string
  updated_at: string
}

export interface StoredToolGroup {
  record: ToolGroupRecord
  /** Number of the last change; a change is written only on top of the version that it is based on. */
  version: number
}

/** What a connector stores of the groups that its `tags` name, so that a call needs no second read. */
export type ToolGroupCopies = Record<string, ToolGroupDefinition & { version: number }>

/** True for a valid group name, which is part of URLs and of keys in the table. */
export function isToolGroupName(text: string): boolean {
  return isRecordName(text)
}

/**
 * `tags` with every group replaced by its content: tags of the catalog and names of tools, which the filter treats
 * alike. The group's own name stays as a tag that no tool has: a tag that the catalog adds later must not widen a
 * connector, and a list that names a group must never become empty, which would mean every tool.
 */
export function effectiveTags(
  tags: readonly string[],
  groups: Readonly<Record<string, ToolGroupDefinition>>,
): string[] {
  return tags.flatMap(tag => {
    const group = Object.hasOwn(groups, tag) ? groups[tag] : undefined
    if (group === undefined) return [tag]
    const { tags: named, tools, catalog_version = 1 } = group
    return [`group:${tag}`, ...named.map(one => tagUpTo(one, catalog_version)), ...tools]
  })
}
