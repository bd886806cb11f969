/**
 * Merges a newer description into ours. Unchanged operations keep every byte, so that a diff shows only changes; changed ones get
 * the new shape but keep our wording and our `x-` fields; new ones are added as they are. Pure.
 */
import { isObject } from '../../lambda/shared/json-value.ts'
import { compareDescriptions, operationsByRoute } from './compare-descriptions.ts'
import type { OpenApiDocument, OpenApiOperation } from './open-api.ts'

type Json = Record<string, unknown>

export function mergeDescription(ours: OpenApiDocument, theirs: OpenApiDocument): OpenApiDocument {
  const before = operationsByRoute(ours)
  const after = operationsByRoute(theirs)
  const changed = new Set(compareDescriptions(ours, theirs).changed.map(one => one.operationId))
  const paths: OpenApiDocument['paths'] = {}
  const taken: OpenApiOperation[] = []
  const put = (route: string, operation: OpenApiOperation) => {
    const [method = '', path = ''] = route.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const [key, mine] of before) {
    const other = after.get(key)
    if (!other) continue
    if (!changed.has(mine.operationId)) put(mine.route, mine.operation)
    else {
      const operation = withOurWording(mine.operation, other.operation) as OpenApiOperation // theirs, plus texts
      const merged = { ...operation, operationId: mine.operationId } // its tool's file names it
      put(other.route, merged)
      taken.push(merged)
    }
  }
  for (const [key, other] of after) {
    if (before.has(key)) continue
    put(other.route, other.operation)
    taken.push(other.operation)
  }
  return { ...ours, paths, components: mergedComponents(ours, theirs, paths, taken) }
}

/** Named components: those that a new or changed operation refers to come from `theirs`, the rest is ours; unused ones are removed. */
function mergedComponents(
  ours: OpenApiDocument,
  theirs: OpenApiDocument,
  paths: OpenApiDocument['paths'],
  taken: readonly OpenApiOperation[],
): OpenApiDocument['components'] {
  const fromTheirs = referenced(taken, theirs)
  const merged: Record<string, Json> = { ...sections(ours) }
  for (const [kind, named] of Object.entries(sections(theirs))) {
    for (const [name, part] of Object.entries(named)) {
      if (!fromTheirs.has(`#/components/${kind}/${name}`)) continue
      const mine = merged[kind]?.[name]
      // Error responses are the same everywhere: ours stay.
      const next = mine === undefined ? part : kind === 'schemas' ? withOurWording(mine, part) : mine
      merged[kind] = { ...merged[kind], [name]: next }
    }
  }
  const components = { ...ours.components, ...merged }
  const used = referenced(paths, { ...ours, components })
  for (const kind of ['schemas', 'responses']) {
    const named = Object.entries(merged[kind] ?? {}).filter(([name]) =>
      used.has(`#/components/${kind}/${name}`),
    )
    if (merged[kind]) Object.assign(components, { [kind]: Object.fromEntries(named) })
  }
  return components
}

function sections(document: OpenApiDocument): Record<string, Json> {
  const all = Object.entries(document.components).filter(([kind]) => kind !== 'securitySchemes')
  return Object.fromEntries(all.map(([kind, named]) => [kind, isObject(named) ? named : {}]))
}

/** Every reference reachable from `start`. */
function referenced(start: unknown, document: OpenApiDocument): Set<string> {
  const found = new Set<string>()
  const waiting: unknown[] = [start]
  const parts = sections(document)
  while (waiting.length > 0) {
    const part = waiting.pop()
    if (Array.isArray(part)) waiting.push(...part)
    if (!isObject(part)) continue
    if (typeof part.$ref === 'string' && !found.has(part.$ref)) {
      found.add(part.$ref)
      const [, , kind = '', name = ''] = part.$ref.split('/')
      waiting.push(parts[kind]?.[name])
    }
    waiting.push(...Object.values(part))
  }
  return found
}

/** `theirs` with our descriptions and `x-` fields wherever both have the same part. Parameters match by name. */
function withOurWording(mine: unknown, theirs: unknown): unknown {
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    return theirs.map(part => {
      const same = mine.find(
        one => isObject(one) && isObject(part) && one.name === part.name && one.in === part.in,
      )
      return isObject(part) && typeof part.name === 'string' ? withOurWording(same, part) : part
    })
  }
  if (!isObject(mine) || !isObject(theirs)) return theirs
  const ours = Object.entries(mine).filter(
    ([key, value]) => key.startsWith('x-') || (isWording(key) && typeof value === 'string'),
  )
  const inner = Object.entries(theirs).map(([key, part]) => [
    key,
    Object.hasOwn(mine, key) ? withOurWording(mine[key], part) : part,
  ])
  return { ...Object.fromEntries(inner), ...Object.fromEntries(ours) }
}

function isWording(key: string): boolean {
  return key === 'description' || key === 'summary'
}
