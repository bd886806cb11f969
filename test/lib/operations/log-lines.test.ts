/** Queries may read only lines and fields that exist: the lines here come from the real code. */
import { describe, expect, it } from 'vitest'
import { ACCESS_LOG_FIELDS } from '../../../lib/api/access-log.ts'
import { type LogQuery, QUERIES } from '../../../lib/operations/log-lines.ts'
import { synthesize } from '../synthesized-stage.ts'
import { linesOfAdminError, linesOfCall, linesOfWatchedRun } from './log-samples.ts'

const stage = synthesize({})

const WORDS = new Set(
  'fields filter stats sort limit by as and or in desc asc count pct avg max bin type event record metrics'.split(
    ' ',
  ),
)

/** The fields that a query reads: its words without strings, functions, numbers and its own aliases. */
function fieldsOf(query: LogQuery): string[] {
  const text = query.lines
    .join('\n')
    .replace(/"[^"]*"/g, '')
    .replace(/\bbin\([^)]*\)/g, '')
  const made = new Set([...text.matchAll(/ as (\w+)/g)].map(match => match[1]))
  const words = [...text.matchAll(/(?<![@.\w])([a-z]\w*)(?!\w*\.)/g)].map(match => match[1] ?? '')
  return [...new Set(words)].filter(word => !WORDS.has(word) && !made.has(word))
}

describe('queries', () => {
  it('read only fields that the lines have', async () => {
    const fieldsIn = (lines: object[]) => new Set(lines.flatMap(line => Object.keys(line)))
    const known = {
      mcp: fieldsIn([...(await linesOfCall(stage, 'error')), ...(await linesOfCall(stage, 'forbidden'))]),
      admin: fieldsIn(await linesOfAdminError()),
      access: new Set(Object.keys(ACCESS_LOG_FIELDS)),
      poller: fieldsIn(await linesOfWatchedRun()),
    }
    for (const query of Object.values(QUERIES)) {
      expect(fieldsOf(query).filter(field => !known[query.reads].has(field))).toEqual([])
    }
    expect(fieldsOf(QUERIES.callsByConnector)).toEqual(['connector_id', 'account_id', 'outcome'])
  })

  it('are saved under the stack’s name, each for its log group', () => {
    const saved = Object.values(stage.ofType('AWS::Logs::QueryDefinition')).map(one => one.Properties)
    expect(saved.map(one => one.Name)).toEqual(
      Object.values(QUERIES).map(query => `GumloopMcp-test/${query.name}`),
    )
    expect(saved[0]).toMatchObject({
      LogGroupNames: [{ Ref: expect.stringMatching(/^McpNodeLogs/) }],
      QueryString: expect.stringContaining(
        '\n| filter event = "tool_call" and connector_id = "CONNECTOR_ID"',
      ),
    })
    const withoutRuns = Object.keys(synthesize({ longRuns: 'off' }).ofType('AWS::Logs::QueryDefinition'))
    expect(withoutRuns).toHaveLength(saved.length - 2)
    expect(synthesize({ savedQueries: 'off' }).ofType('AWS::Logs::QueryDefinition')).toEqual({})
  })
})
