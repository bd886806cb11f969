/** Files over MCP against the sandbox: reads an agent's files, uploads and downloads a flow's files, creates a skill. */

import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readZip } from '../../lambda/gumloop/unzip.ts'
import { call, type Json, startTestServer, type TestServer } from '../support/mcp-server.ts'

let sandbox: Sandbox
let server: TestServer
let url: string
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7, signedUrlLifetimeSeconds: 60 })
  server = await startTestServer({ gumloopUrl: `${sandbox.url}/api/v1` })
  url = (await server.connector({ tool_exposure: 'all' })).url
})
afterAll(async () => {
  await server.close()
  await sandbox.close()
})

const ok = async (name: string, args: object = {}): Promise<Json> => {
  const result = await call(url, name, args)
  expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
  return result
}
const downloads = () => sandbox.requests.filter(({ path }) => path.startsWith('/gumloop-artifacts/'))

describe('files of an agent', () => {
  let artifacts: Json[]
  const idOf = (extension: string) => artifacts.find(({ filename }) => filename.endsWith(extension))?.id
  beforeAll(async () => {
    const { result } = (await ok('list_all_gumloop_agents', { search: 'audit' })).structuredContent
    const started = await ok('create_a_gumloop_session', { agent_id: result[0].id, input: 'Audit us' })
    const { session_id } = started.structuredContent
    sandbox.advanceClock(600)
    artifacts = (await ok('list_all_gumloop_artifacts', { session_id })).structuredContent.result
  })

  test('reads the CSV as text, through a link without a key', async () => {
    const { structuredContent } = await ok('read_gumloop_artifact', { artifact_id: idOf('.csv') })
    expect(structuredContent.text).toMatch(/^id,severity,area,resource,finding,recommendation\r?\n/)
    expect(structuredContent).toMatchObject({ media_type: 'text/csv', offset: 0, next_offset: null })
    expect(downloads().at(-1)?.status).toBe(200)
  })

  test('requests a new link once when a link is rejected', async () => {
    const before = downloads().length
    sandbox.injectFailure({ kind: '403', path: '/gumloop-artifacts/*', times: 1 })
    const { structuredContent } = await ok('read_gumloop_artifact', { artifact_id: idOf('.md') })
    expect(structuredContent.text).toContain('# Security audit')
    expect(downloads().length).toBe(before + 2)
  })

  test('shows the image; links the PDF without fetching it', async () => {
    const { content } = await ok('read_gumloop_artifact', { artifact_id: idOf('.png') })
    expect([content[1].type, content[1].mimeType]).toEqual(['image', 'image/png'])
    const before = downloads().length
    const pdf = await ok('read_gumloop_artifact', { artifact_id: idOf('.pdf') })
    expect(pdf.structuredContent.text).toBeNull()
    expect((await fetch(pdf.structuredContent.download_url)).status).toBe(200)
    expect(downloads().length).toBe(before + 1)
  })
})

describe('files of a flow', () => {
  const finishedRun = async (saved_item_id: string, inputs: object): Promise<Json> => {
    const { run_id } = (await ok('create_a_gumloop_flow_run', { saved_item_id, inputs })).structuredContent
    sandbox.advanceClock(120)
    return (await ok('get_single_gumloop_flow_run_by_id', { run_id })).structuredContent
  }
  const flows = async (search: string): Promise<string> =>
    (await ok('list_all_gumloop_flows', { search })).structuredContent.result[0].saved_item_id

  test('downloads an uploaded file byte for byte', async () => {
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252])
    const uploaded = await ok('upload_a_gumloop_flow_file', {
      file_name: 'invoice.pdf',
      file_content: bytes.toString('base64'),
    })
    const { file_name } = uploaded.structuredContent
    const saved_item_id = await flows('invoice')
    const { run_id } = await finishedRun(saved_item_id, { invoice: file_name })
    const args = { file_name, run_id, saved_item_id, include_bytes: true }
    const { content, structuredContent } = await ok('download_a_gumloop_flow_file', args)
    expect(content[1].resource.blob).toBe(bytes.toString('base64'))
    expect(structuredContent).toMatchObject({ size: 6, text: null, media_type: 'application/pdf' })
  })

  test('downloads a file of the run alone, and with another in an archive', async () => {
    await ok('upload_many_gumloop_flow_files', { files: [{ file_name: 'note.txt', file_text: 'a note' }] })
    const saved_item_id = await flows('Campaign Distributor')
    const { structuredContent } = await ok('get_single_gumloop_automation_by_id', { saved_item_id })
    const run = await finishedRun(saved_item_id, structuredContent.example.inputs)
    const file_name = run.outputs.recipients_file
    const alone = await ok('download_a_gumloop_flow_file', { file_name, run_id: run.run_id, saved_item_id })
    expect(alone.structuredContent.text).toContain('\r\n')
    const both = await ok('download_many_gumloop_flow_files', {
      file_names: [file_name, 'note.txt'],
      run_id: run.run_id,
    })
    expect(both.structuredContent.files).toEqual([
      expect.objectContaining({ file_name, text: alone.structuredContent.text }),
      { file_name: 'note.txt', media_type: 'text/plain', size: 6, text: 'a note', next_offset: null },
    ])
  })
})

test('creates a skill from files; its archive contains them', async () => {
  const created = await ok('create_a_gumloop_skill', {
    files: [
      {
        file_name: 'SKILL.md',
        file_text: '---\nname: invoice-check\ndescription: Checks invoices.\n---\nDo it.\n',
      },
      { file_name: 'rates.csv', file_content: Buffer.from('currency,rate\n').toString('base64') },
    ],
  })
  const skill_id = created.structuredContent.skill.id
  const { download_url } = (await ok('download_a_gumloop_skill', { skill_id })).structuredContent
  const archive = Buffer.from(await (await fetch(download_url)).arrayBuffer())
  const files = readZip(archive)?.map(({ name, read }) => [name.split('/').at(-1), read(10_000)?.toString()])
  expect(files).toEqual(
    expect.arrayContaining([
      ['SKILL.md', expect.stringContaining('Checks invoices.')],
      ['rates.csv', 'currency,rate\n'],
    ]),
  )
})

test('attaches a session file to the next message', async () => {
  const { result } = (await ok('list_all_gumloop_agents', { search: 'research' })).structuredContent
  const { session_id } = (await ok('create_a_gumloop_session', { agent_id: result[0].id })).structuredContent
  const { structuredContent } = await ok('upload_a_gumloop_session_file', {
    session_id,
    file_name: 'brief.md',
    file_text: '# Brief',
  })
  expect(structuredContent).toEqual({
    file_name: `sessions/${session_id}/brief.md`,
    media_type: 'text/markdown',
    size: 7,
  })
  const { file_name, media_type } = structuredContent
  const message = { session_id, input: 'Read it', attachments: [{ file_name, media_type }] }
  expect((await ok('create_a_gumloop_session_message', message)).structuredContent.session_id).toBe(
    session_id,
  )
})
