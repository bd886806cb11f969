/** The id of the agent with this name, in any case; undefined if there is none. */

import type { Operation } from '../../gumloop/operation.ts'
import { toListPage } from '../../gumloop/paging.ts'
import { comparable } from '../../shared/comparable-text.ts'
import { isObject } from '../../shared/json-value.ts'
import { textOrNull } from '../../shared/wire-value.ts'

export async function agentIdByName(operation: Operation, name: string): Promise<string | undefined> {
  const args = { search: name, limit: 100 }
  const { value } = await operation('list_all_gumloop_agents', args)
  const { result } = toListPage({ kind: 'cursor', items: 'agents' }, args, value)
  const found = result.find(one => isObject(one) && isSameName(one.name, name))
  return (isObject(found) && textOrNull(found.id)) || undefined
}

/** Compares names as people type them. */
export function isSameName(known: unknown, wanted: string): boolean {
  return typeof known === 'string' && comparable(known) === comparable(wanted)
}
