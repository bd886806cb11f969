/** Two descriptions of Gumloop's API → what is new, removed or changed: operations, inputs, responses and allowed values, not wording. Pure. */

import { METHODS, type OpenApiDocument, type OpenApiOperation } from './open-api.ts'
import { type FieldShape, operationShape } from './operation-shape.ts'

export interface NamedOperation {
  /** `GET /agents/{agent_id}`. */
  route: string
  operationId: string
  summary?: string
}
export interface Differences {
  added: NamedOperation[]
  removed: NamedOperation[]
  /** One line per change: `+ query cursor: string`, `- body name`, `~ query state: values + "idle"`. */
  changed: (NamedOperation & { changes: string[] })[]
}

interface Located extends NamedOperation {
  operation: OpenApiOperation
}

export function compareDescriptions(ours: OpenApiDocument, theirs: OpenApiDocument): Differences {
  const before = operationsByRoute(ours)
  const after = operationsByRoute(theirs)
  const changed = [...before].flatMap(([key, mine]) => {
    const other = after.get(key)
    const changes = other ? changesOf(mine, ours, other, theirs) : []
    return changes.length > 0 ? [{ ...named(mine), changes }] : []
  })
  return {
    added: [...after].filter(([key]) => !before.has(key)).map(([, one]) => named(one)),
    removed: [...before].filter(([key]) => !after.has(key)).map(([, one]) => named(one)),
    changed,
  }
}

export function isSame({ added, removed, changed }: Differences): boolean {
  return added.length + removed.length + changed.length === 0
}

/** Operations by method and path. The names of a path's fields do not matter. */
export function operationsByRoute(document: OpenApiDocument): Map<string, Located> {
  const found = new Map<string, Located>()
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method]
      if (!operation) continue
      const route = `${method.toUpperCase()} ${path}`
      const { operationId, summary } = operation
      found.set(route.replace(/\{[^}]*\}/g, '{}'), {
        route,
        operationId,
        operation,
        ...(summary !== undefined && { summary }),
      })
    }
  }
  return found
}

function named({ route, operationId, summary }: Located): NamedOperation {
  return { route, operationId, ...(summary !== undefined && { summary }) }
}

function changesOf(mine: Located, ours: OpenApiDocument, other: Located, theirs: OpenApiDocument): string[] {
  const before = operationShape(mine.operation, ours)
  const after = operationShape(other.operation, theirs)
  const moved = mine.route === other.route ? [] : [`~ path: now ${other.route}`]
  const removed = [...before.keys()].filter(key => !after.has(key))
  const added = [...after].filter(([key]) => !before.has(key))
  const changed = [...after].flatMap(([key, field]) => {
    const old = before.get(key)
    const words = old ? fieldChanges(old, field) : []
    return words.length > 0 ? [`~ ${key}: ${words.join('; ')}`] : []
  })
  return [
    ...moved,
    ...outermost(added.map(([key]) => key)).map(key => `+ ${key}${described(after.get(key))}`),
    ...outermost(removed).map(key => `- ${key}`),
    ...changed,
  ]
}

/** A new object is one line, not one line per field. */
function outermost(keys: readonly string[]): string[] {
  return keys.filter(key => !keys.some(outer => key.startsWith(`${outer}.`) || key.startsWith(`${outer}[`)))
}

function described(field: FieldShape | undefined): string {
  if (!field || field.type === '') return ''
  const values = field.values.length > 0 ? ` (${field.values.join(', ')})` : ''
  return `: ${field.type}${values}${field.isRequired ? ', required' : ''}`
}

function fieldChanges(old: FieldShape, now: FieldShape): string[] {
  const plus = now.values.filter(value => !old.values.includes(value)).map(value => `+ ${value}`)
  const minus = old.values.filter(value => !now.values.includes(value)).map(value => `- ${value}`)
  return [
    ...(old.type === now.type ? [] : [`${old.type} → ${now.type}`]),
    ...(old.isRequired === now.isRequired ? [] : [now.isRequired ? 'now required' : 'no longer required']),
    ...(plus.length + minus.length > 0 ? [`values ${[...plus, ...minus].join(' ')}`] : []),
    ...(old.limits === now.limits ? [] : [`limits ${old.limits || 'none'} → ${now.limits || 'none'}`]),
  ]
}
