/** Whether an argument that no schema has was meant to be one that it has. Pure. */
import { nearest } from '../shared/edit-distance.ts'

/** Names of the same thing in other APIs, by the field that they mean here. */
const OTHER_NAMES: Record<string, readonly string[]> = {
  limit: ['page_size', 'pagesize', 'per_page', 'max_results', 'count', 'top_k', 'size'],
  next_cursor: ['page', 'page_token', 'page_number', 'after', 'starting_after'],
  input: ['message', 'prompt', 'text', 'task', 'instruction', 'query'],
  query: ['q', 'search', 'search_query', 'text'],
  search: ['q', 'query', 'search_query', 'filter'],
  search_query: ['q', 'query', 'search', 'filter'],
  inputs: ['input', 'parameters', 'params', 'pipeline_inputs', 'variables'],
  wait_seconds: ['timeout', 'wait', 'timeout_seconds'],
  system_prompt: ['instructions', 'prompt'],
  saved_item_id: ['flow', 'flow_id', 'automation_id', 'workflow_id'],
  model_name: ['llm'],
}
/** Longer names are nobody's typing error. */
const MAX_CHARACTERS = 100

/**
 * The name in `known` that `name` was probably meant to be: nearly the same letters, part of its words (`agent` for
 * `agent_id`), or another common name of the same thing. Undefined when it resembles none.
 */
export function similarName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_CHARACTERS) return undefined
  const near = nearest(name, known)
  if (near !== undefined) return near
  const words = wordsOf(name)
  if (words.length === 0) return undefined
  const written = words.join('_')
  return known.find(one => OTHER_NAMES[one]?.includes(written) || isPartOf(words, wordsOf(one)))
}

function isPartOf(words: string[], whole: string[]): boolean {
  return words.every(word => whole.includes(word))
}

/** `nextCursor`, `next-cursor` and `next_cursors` are the words next and cursor. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .map(word => (word.length > 3 ? word.replace(/s$/, '') : word))
}
