import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSandbox } from '../../sandbox/http/sandbox-server.ts'
import { at, listAt, startTestSandbox, textAt } from './conforming-client.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a restart keeps the state and creates no ID twice', async () => {
  const stateFile = join(folder, 'deep', 'sandbox.json')
  const first = await startTestSandbox({ stateFile, seed: 'one' })
  const started = await first.post('/agents/agt_security_audit/sessions', { input: 'Audit' })
  const path = `/sessions/${textAt(started.json, 'session.id')}`
  first.advanceClock(2)
  const before = (await first.get(path)).json
  await first.close()

  const second = await startTestSandbox({ stateFile, seed: 'two' })
  expect((await second.get(path)).json).toEqual(before)
  second.advanceClock(4)
  expect(at((await second.get(path)).json, 'session.state')).toBe('completed')
  const again = await second.post('/agents/agt_security_audit/sessions', { input: 'Audit' })
  expect(at(again.json, 'session.id')).not.toBe(at(started.json, 'session.id'))
  await second.close()
  expect(readdirSync(join(folder, 'deep'))).toEqual(['sandbox.json'])
})

test('a killed sandbox resumes where it stopped', async () => {
  const stateFile = join(folder, 'sandbox.json')
  const child = spawn(
    'npx',
    ['tsx', 'bin/sandbox.ts', '--port', '0', '--state', stateFile, '--speed', '1000'],
    {
      detached: true,
    },
  )
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It ended early: ${printed}`)))
    child.stdout.on('data', data => {
      printed += String(data)
      const found = /listening on (http:\S+)/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  const headers = { authorization: 'Bearer key', 'x-auth-key': 'u', 'content-type': 'application/json' }
  const body = '{"input":"Audit","session_id":"ses_killed"}'
  await fetch(`${url}/api/v1/agents/agt_security_audit/sessions`, { method: 'POST', headers, body })
  const ended = new Promise(resolve => child.once('exit', resolve))
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  await ended

  expect(printed).toContain(`export GUMLOOP_BASE_URL=${url}/api/v1`)
  const revived = await startTestSandbox({ stateFile, clock: Date.now })
  expect(at((await revived.get('/sessions/ses_killed')).json, 'session.state')).toBe('completed')
  await revived.close()
}, 20_000)

test('a second sandbox does not start on a state file in use', async () => {
  const stateFile = join(folder, 'sandbox.json')
  const first = await startSandbox({ stateFile })
  await expect(startSandbox({ stateFile })).rejects.toThrow(
    `Another sandbox is using the state file ${stateFile}. Stop it, or start this one with another file.`,
  )
  await first.close()
  const second = await startSandbox({ stateFile })
  expect(second.state.formatVersion).toBe(3)
  await second.close()
})

test('rejects a damaged state file and does not change it', async () => {
  const stateFile = join(folder, 'sandbox.json')
  for (const text of ['{"formatVersion":1', '{"formatVersion":99}', '[]']) {
    writeFileSync(stateFile, text)
    await expect(startSandbox({ stateFile })).rejects.toThrow(
      `The sandbox's state file ${stateFile} is damaged or of an unsupported version. Delete it to start over.`,
    )
    expect(readFileSync(stateFile, 'utf8')).toBe(text)
  }
})

test('reports a port in use, an unusable path and an invalid option', async () => {
  const first = await startSandbox()
  const port = Number(new URL(first.url).port)
  await expect(startSandbox({ port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use. Choose another with --port.`,
  )
  await first.close()
  writeFileSync(join(folder, 'file'), '')
  const stateFile = join(folder, 'file', 'sandbox.json')
  await expect(startSandbox({ stateFile })).rejects.toThrow(/state file .* cannot be/)
  await expect(startSandbox({ speed: 0 })).rejects.toThrow('speed must be a number above 0.')
})

test('upgrades a state file of version 1', async () => {
  const stateFile = join(folder, 'sandbox.json')
  const first = await startTestSandbox({ stateFile })
  const start = { input: 'Pay the claim', session_id: 'ses_pay' }
  await first.post('/agents/agt_expense_approver/sessions', start)
  first.advanceClock(3)
  const before = (await first.get('/sessions/ses_pay')).json
  await first.close()
  const { agents, sessions, flowRuns, flowFiles, skills, seed, idsMade, clockOffsetMs } = JSON.parse(
    readFileSync(stateFile, 'utf8'),
  )
  const ofAgents = agents.map(
    ({ isIncognito: _, knowledgeSources: __, ...agent }: Record<string, unknown>) => ({
      ...agent,
      activeTriggerCount: 1,
    }),
  )
  const ofSessions = sessions.map(
    ({ triggerId: _, isIncognito: __, ...session }: Record<string, unknown>) => session,
  )
  const old = { formatVersion: 1, seed, idsMade, clockOffsetMs, agents: ofAgents, sessions: ofSessions }
  const text = JSON.stringify({ ...old, flowRuns, flowFiles, skills })
    .replace('"approvalRequests":', '"asks":')
    .replace('"idempotencyKey":null,', '')
  expect(text).toMatch(/"formatVersion":1.*"asks":\[\{/)
  writeFileSync(stateFile, text)

  const second = await startTestSandbox({ stateFile })
  expect(at(before, 'session.state')).toBe('approval_required')
  expect((await second.get('/sessions/ses_pay')).json).toEqual(before)
  const triggers = listAt((await second.get('/agents/agt_support_triage/triggers')).json, 'triggers')
  expect(triggers.map(trigger => at(trigger, 'id'))).toEqual(['trg_ticket_arrives', 'trg_support_channel'])
  expect(at((await second.get('/agents/agt_support_triage')).json, 'agent.knowledge_sources')).toEqual([])
  expect((await second.get('/brain/sources')).status).toBe(200)
  await second.close()
})

test('triggers with their runs, sharing, the Brain, profiles and evaluations survive a restart', async () => {
  const stateFile = join(folder, 'sandbox.json')
  const first = await startTestSandbox({ stateFile })
  const audit = '/agents/agt_security_audit'
  const schedule = { type: 'schedule', prompt: 'Audit', cron_expression: '0 * * * *', timezone: 'UTC' }
  const trigger = `${audit}/triggers/${textAt((await first.post(`${audit}/triggers`, schedule)).json, 'trigger.id')}`
  first.advanceClock(3_600)
  const session = textAt((await first.get(`${trigger}/runs`)).json, 'items.0.interaction_id')
  const share = [{ type: 'person', email: 'ana@harborfinch.example', role: 'viewer' }]
  await first.call('PUT', `/sessions/${session}/access`, { share })
  await first.post('/brain/sources', { name: 'Manuals' })
  await first.post('/browser-profiles', { name: 'Research' })
  await first.call('PATCH', `${audit}/evaluation-config`, { enabled: true })
  const paths = [
    trigger,
    `${trigger}/runs`,
    `${trigger}/stats`,
    `/sessions/${session}/access`,
    '/brain/sources',
    '/browser-profiles',
    `${audit}/evaluation-config`,
    '/agents/agt_support_triage/triggers/trg_ticket_arrives/webhook-url',
  ]
  const readAll = async (sandbox: typeof first) => {
    const replies = await Promise.all(paths.map(path => sandbox.get(path)))
    return replies.map(reply => [reply.status, reply.text.replaceAll(sandbox.url, 'URL')])
  }
  const before = await readAll(first)
  await first.close()

  const second = await startTestSandbox({ stateFile })
  expect(before.map(([status]) => status)).toEqual(paths.map(() => 200))
  expect(await readAll(second)).toEqual(before)
  second.advanceClock(7_200)
  expect(at((await second.get(`${trigger}/stats`)).json, 'run_count')).toBe(3)
  await second.close()
})
