/**
 * Results that are too long: whoever does what the answers say, and nothing else, has everything in the end, and no
 * single answer is longer than the connector allows.
 */
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type Json, rpc } from '../support/mcp-server.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
let url: string
let smallUrl: string
beforeAll(async () => {
  target = await startTarget()
  url = await target.connector({ tool_exposure: 'all' })
  smallUrl = await target.connector({ tool_exposure: 'all', max_result_characters: 8000 }).catch(() => url)
})
afterAll(() => target.close())

const DEFAULT_CHARACTERS = 48_000
let turn = 0
/** The end of a run is remembered: each test has its own. */
const newRun = () => ({ run_id: `r${turn++}` })
const GET_FLOW_RUN = 'get_single_gumloop_flow_run_by_id'
const GET_SESSION = 'get_single_gumloop_session_by_id'
const flowRun = (outputs: unknown, over: Json = {}) => ({
  status: 200,
  json: { run_id: 'r', state: 'DONE', outputs, log: [], finished_ts: '2026-11-01T00:00:00Z', ...over },
})
const LINES = Array.from({ length: 4000 }, (_, index) => `${index},"Größe ${index}",😀 x\n`).join('')
const text = (length: number) => LINES.repeat(Math.ceil(length / LINES.length)).slice(0, length)

async function listedTools(at: string): Promise<Json[]> {
  const answer: Json = await (await rpc(at, 'tools/list')).json()
  return answer.result.tools
}

/** Where `output` points into a result. */
function placeOf(result: Json, output: string): { holder: Json; key: string | number } {
  const steps = output.startsWith('/')
    ? output
        .slice(1)
        .split('/')
        .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : Object.hasOwn(result.outputs ?? {}, output)
      ? ['outputs', output]
      : [output]
  let holder = result
  for (const step of steps.slice(0, -1)) holder = holder[step]
  return { holder, key: steps.at(-1) ?? '' }
}

/** A result completed by the calls that its `truncated` names, and by theirs; `calls` counts them. */
async function readWhole(at: string, tool: string, args: Json, limit: number) {
  let calls = 0
  const ask = async (name: string, args: Json): Promise<Json> => {
    if (++calls > 400) throw new Error('the answers lead nowhere')
    const answer = await call(at, name, args)
    expect(answer.isError, JSON.stringify(answer).slice(0, 500)).toBeFalsy()
    expect(answer.content[0].text.length).toBeLessThanOrEqual(limit)
    return answer.structuredContent
  }
  const whole = await ask(tool, args)
  const complete = async (note: Json | undefined): Promise<void> => {
    const reader = /call ([a-z_]+) with the arguments of an entry of read_on/.exec(note?.how ?? '')?.[1]
    if (note !== undefined && reader === undefined)
      throw new Error(`no way to read on: ${JSON.stringify(note)}`)
    for (const entry of note?.read_on ?? []) await readOn(reader ?? '', entry)
  }
  async function readOn(reader: string, entry: Json): Promise<void> {
    const { holder, key } = placeOf(whole, entry.output)
    if (Array.isArray(holder[key]) && entry.limit !== undefined)
      holder[key].unshift(...Array.from({ length: entry.limit }))
    let offset: number | null = entry.offset
    if (typeof holder[key] === 'string') holder[key] = holder[key].slice(0, entry.offset)
    const end = entry.limit === undefined ? Number.POSITIVE_INFINITY : entry.offset + entry.limit
    const notes: Json[] = []
    while (offset !== null && offset < end) {
      const left = end === Number.POSITIVE_INFINITY ? {} : { limit: end - offset }
      const { part, truncated } = await ask(reader, { ...entry, offset, ...left })
      if (part.unit === 'characters') holder[key] += part.value
      else if (part.unit === 'items')
        for (const [index, item] of part.value.entries()) holder[key][part.offset + index] = item
      else Object.assign(holder[key], part.value)
      if (truncated) notes.push(truncated)
      offset = part.next_offset
    }
    for (const note of notes) await complete(note)
  }
  const { truncated } = whole
  delete whole.truncated
  await complete(truncated)
  return { whole, calls }
}

const deep = {
  report: {
    sections: Array.from({ length: 40 }, (_, index) => ({ title: `Section ${index}`, body: text(4000) })),
  },
  summary: 'short',
}
const OUTPUTS: [string, unknown][] = [
  ['a text of 152,000 characters', { report: text(152_000), status: 'ok' }],
  [
    '3,000 rows',
    { rows: Array.from({ length: 3000 }, (_, id) => ({ id, name: `Row ${id}`, note: 'ü"\\\n' })) },
  ],
  [
    '5,000 outputs',
    Object.fromEntries(Array.from({ length: 5000 }, (_, id) => [`output ${id}`, `value ${id}`])),
  ],
  ['a list as the outputs', Array.from({ length: 2000 }, (_, id) => [id, text(60)])],
  ['a text as the outputs', text(120_000)],
  ['a deep object', deep],
  [
    'rows that are each too long',
    { rows: Array.from({ length: 3 }, (_, id) => ({ id, text: text(70_000) })) },
  ],
  [
    'names that look like paths',
    { '/a/b': text(60_000), 'a.b[0]': text(60_000), '': text(60_000), log: text(60_000) },
  ],
  ['a name that is too long', { [`k${'n'.repeat(60_000)}`]: 1, other: 2 }],
]

describe.each([
  ['getting a flow run', GET_FLOW_RUN, {}],
  ['waiting for one', 'wait_for_gumloop_flow_run', { wait_seconds: 1 }],
])('%s', (_, tool, more) => {
  test.each(OUTPUTS)('returns everything: %s', async (_title, outputs) => {
    target.upstream.script(flowRun(outputs))
    const { whole, calls } = await readWhole(url, tool, { ...newRun(), ...more }, DEFAULT_CHARACTERS)
    const seen =
      typeof whole.outputs === 'string' && typeof outputs === 'object'
        ? JSON.parse(whole.outputs)
        : whole.outputs
    expect(isDeepStrictEqual(seen, outputs)).toBe(true)
    expect(calls).toBeGreaterThan(1)
  })

  test('within a smaller limit of the connector', async () => {
    target.upstream.script(
      flowRun({ report: text(50_000), rows: Array.from({ length: 900 }, (_, id) => ({ id })) }),
    )
    const { whole } = await readWhole(smallUrl, tool, { ...newRun(), ...more }, 8000)
    expect(whole.outputs.report).toBe(text(50_000))
    expect(whole.outputs.rows).toHaveLength(900)
  })
})

test('a long log loses its beginning first, and it can be read', async () => {
  const log = Array.from({ length: 5000 }, (_, line) => `line ${line}`)
  target.upstream.script(flowRun({}, { log }))
  const first = await call(url, GET_FLOW_RUN, { run_id: 'r' })
  expect(first.structuredContent.log.at(-1)).toBe('line 4999')
  const { whole } = await readWhole(url, GET_FLOW_RUN, { run_id: 'r' }, DEFAULT_CHARACTERS)
  expect(whole.log).toEqual(log)
})

describe.each([
  ['getting a session', GET_SESSION, {}],
  ['waiting for one', 'wait_for_gumloop_session', { wait_seconds: 1 }],
])('%s', (_, tool, more) => {
  test('returns the whole of a long answer', async () => {
    const content = text(160_000)
    const messages = [
      { id: 'm1', role: 'user', content: 'Write' },
      { id: 'm2', role: 'assistant', content },
    ]
    const session = { id: tool, state: 'completed', messages, agent_id: null }
    target.upstream.script({ status: 200, json: { session } })
    const { whole } = await readWhole(url, tool, { session_id: tool, ...more }, DEFAULT_CHARACTERS)
    expect(whole.answer === content).toBe(true)
    if (tool === GET_SESSION) expect(isDeepStrictEqual(whole.session, session)).toBe(true)
  })
})

test('a start that waits names the call that reads on', async () => {
  target.upstream.script(
    { status: 200, json: { inputs: [] } },
    { status: 200, json: { run_id: 'r2' } },
    flowRun({ report: text(90_000) }, { run_id: 'r2' }),
  )
  const args = { saved_item_id: 'f1', wait_seconds: 5 }
  const { whole } = await readWhole(url, 'create_a_gumloop_flow_run', args, DEFAULT_CHARACTERS)
  expect(whole.outputs.report === text(90_000)).toBe(true)
})

test('a part can be asked for at once, by name and limit', async () => {
  target.upstream.script(flowRun({ rows: [1, 2, 3, 4, 5], text: 'a😀b' }))
  const part = async (args: Json) =>
    (await call(url, GET_FLOW_RUN, { run_id: 'r', ...args })).structuredContent.part
  expect(await part({ output: 'rows', offset: 1, limit: 2 })).toEqual({
    ...{ output: 'rows', unit: 'items', offset: 1, next_offset: 3, total: 5 },
    value: [2, 3],
  })
  expect(await part({ output: 'text', offset: 0, limit: 2 })).toMatchObject({ value: 'a😀', next_offset: 3 })
  expect(await part({ output: '/outputs/rows/4' })).toMatchObject({ value: 5, unit: null, next_offset: null })
})

test('an output that is not there, and an offset after the end, are errors that say what there is', async () => {
  target.upstream.script(flowRun({ report: 'abc' }))
  const wrong = await call(url, GET_FLOW_RUN, { run_id: 'r', output: 'reports' })
  expect(wrong.structuredContent.error.errors[0].message).toContain('did you mean report?')
  const after = await call(url, GET_FLOW_RUN, { run_id: 'r', output: 'report', offset: 3 })
  expect(after.structuredContent.error.errors[0].message).toContain('must be less than 3')
})

test('a page of a list whose rows do not fit says with which limit to repeat the call', async () => {
  const agents = Array.from({ length: 100 }, (_, id) => ({
    id: `agent-${id}`,
    name: text(40),
    instructions: text(1500),
    more: text(1500),
  }))
  target.upstream.script({ status: 200, json: { agents, next_cursor: 'c' } })
  const { structuredContent } = await call(url, 'list_all_gumloop_agents', { limit: 100 })
  expect(structuredContent.result_count).toBe(structuredContent.result.length)
  expect(JSON.stringify(structuredContent).length).toBeLessThanOrEqual(DEFAULT_CHARACTERS)
})

test('a connector that allows more says so in its tool list, and no other does', async () => {
  const largeUrl = await target.connector({ max_result_characters: 100_000 })
  const large = await listedTools(largeUrl)
  expect(new Set(large.map((tool: Json) => tool._meta?.['anthropic/maxResultSizeChars']))).toEqual(
    new Set([100_000]),
  )
  const usual = await listedTools(url)
  expect(usual.some((tool: Json) => tool._meta?.['anthropic/maxResultSizeChars'])).toBe(false)
  target.upstream.script(flowRun({ report: text(80_000) }))
  const { structuredContent } = await call(largeUrl, GET_FLOW_RUN, { run_id: 'r' })
  expect(structuredContent.outputs.report === text(80_000)).toBe(true)
})
