/** Runs the requests in docs/sandbox.md against a sandbox. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../sandbox/http/sandbox-server.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ clock: () => Date.parse('2026-11-22T15:00:00Z') })
})
afterAll(() => sandbox.close())

const commands = [...readFileSync('docs/sandbox.md', 'utf8').matchAll(/^curl .*$/gm)].map(([line]) => line)

async function run(command: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    command.replace('http://127.0.0.1:8788', sandbox.url),
  ])
  return JSON.parse(stdout)
}

test('each request of the document does what it says', async () => {
  expect(commands).toHaveLength(4)
  const [clock = '', event = '', fail = '', stop = ''] = commands
  expect(await run(clock)).toEqual({ time: '2026-11-29T15:00:00Z' })
  expect(await run(event)).toMatchObject({ interaction_id: sandbox.state.sessions[0]?.id })
  expect(await run(fail)).toMatchObject({ failures: [{ kind: '429', times: 3 }] })
  expect(await run(stop)).toEqual({ failures: [] })
})

test('the limits of the document are those of the sandbox', () => {
  const document = readFileSync('docs/sandbox.md', 'utf8').replace(/\s+/g, ' ')
  const limit = (file: string, name: string) =>
    Number(
      new RegExp(`${name} = ([\\d_]+)`)
        .exec(readFileSync(`sandbox/${file}`, 'utf8'))?.[1]
        ?.replaceAll('_', ''),
    )
  const limits = [
    `${limit('triggers/triggers.ts', 'TRIGGERS_PER_AGENT')} triggers`,
    `${limit('brain/sources.ts', 'SOURCES_LIMIT')} Brain sources`,
    `${limit('agents/browser-profiles.ts', 'PROFILES_LIMIT')} browser profiles`,
    `${limit('organization/audit-log.ts', 'EVENTS_LIMIT').toLocaleString('en-US')} audit events`,
    `${limit('triggers/fire-triggers.ts', 'CATCH_UP_LIMIT')} missed runs`,
  ]
  for (const text of limits) expect(document).toContain(text)
})
