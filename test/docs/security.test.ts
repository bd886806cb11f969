/** The page about security says of the roles what the code grants. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ITEM_PREFIX, LIST_PARTITION } from '../../lambda/shared/names.ts'
import {
  ACCOUNT_STATE,
  ADMINISTRATION,
  CONNECTOR_USE,
  type ItemPermission,
  POLLING,
  RUN_RECORDS,
} from '../../lib/storage/item-permissions.ts'

const page = readFileSync('docs/security.md', 'utf8')

const quoted = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ')

const row = (role: string, { operations, kinds, attributes }: ItemPermission) =>
  [
    role,
    quoted(operations),
    quoted(kinds.map(kind => ITEM_PREFIX[kind])) + (operations.includes('Query') ? '; the index `list`' : ''),
    attributes === undefined ? 'all' : quoted(attributes),
  ].join(' | ')

test('lists what each role may read and write', () => {
  const [, section = ''] = /## What each role may read and write\n([\s\S]*?)\n## /.exec(page) ?? []
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, cells]) => cells)
  expect(rows.slice(1)).toEqual([
    ...[...CONNECTOR_USE, ...ACCOUNT_STATE].map(one => row('MCP function', one)),
    ...RUN_RECORDS.map(one => row('MCP function, if long runs are on', one)),
    ...[...POLLING, ...ACCOUNT_STATE].map(one => row('poller', one)),
    `poller | \`Query\` | of the index \`list\`: \`${LIST_PARTITION.unsentEvents}\` | all`,
    ...ADMINISTRATION.map(one => row('admin functions', one)),
  ])
})
