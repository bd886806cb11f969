/** Matches a method and a path to an operation of the API description. */
import { type ApiGeneration, OPERATIONS, type Operation } from './description.ts'
import { ApiError } from './error-response.ts'

export interface Route {
  operation: Operation
  pathParameters: Record<string, string>
}

const TABLE = OPERATIONS.map(operation => ({ operation, segments: operation.path.split('/').slice(1) }))

/** Path parameters when `segments` match the template, else null. `score` counts literal segments; the highest wins. */
function matchTemplate(
  template: string[],
  segments: string[],
): { values: Record<string, string>; score: number } | null {
  if (template.length !== segments.length) return null
  const values: Record<string, string> = {}
  let score = 0
  for (const [i, part] of template.entries()) {
    const segment = segments[i] ?? ''
    if (part.startsWith('{')) {
      if (segment === '') return null
      values[part.slice(1, -1)] = segment
    } else if (part === segment) score += 1
    else return null
  }
  return { values, score }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ApiError(400, 'invalid_request', 'The path contains an invalid percent-encoding.')
  }
}

/** Guesses the generation of an unknown path: paths of the legacy API are one word with underscores. */
export function generationOfPath(path: string): ApiGeneration {
  return /^\/[a-z]+_[a-z_]+$/.test(path) ? 'legacy' : 'agent'
}

/**
 * @param path below the API prefix, percent-encoded, without the query
 * @throws ApiError 404 for an unknown path, 405 (with `Allow`) for a known path with another method
 */
export function findRoute(method: string, path: string): Route {
  const segments = path.split('/').slice(1).map(decodeSegment)
  let best: { route: Route; score: number } | null = null
  const otherMethods: string[] = []
  for (const { operation, segments: template } of TABLE) {
    const found = matchTemplate(template, segments)
    if (found === null) continue
    if (operation.method !== method) otherMethods.push(operation.method)
    else if (best === null || found.score > best.score) {
      best = { route: { operation, pathParameters: found.values }, score: found.score }
    }
  }
  if (best !== null) return best.route
  if (otherMethods.length > 0) {
    const allow = otherMethods.join(', ')
    throw new ApiError(405, 'method_not_allowed', `${method} is not allowed here. Allowed: ${allow}.`, {
      headers: { allow },
    })
  }
  throw new ApiError(404, 'not_found', `Gumloop's API has no path ${path}.`)
}
