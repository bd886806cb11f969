import { afterEach, beforeEach, expect, test } from 'vitest'
import { OPERATIONS } from '../../sandbox/http/description.ts'
import { at, type Reply, startTestSandbox, type TestSandbox, USER } from './conforming-client.ts'

let sandbox: TestSandbox
beforeEach(async () => {
  sandbox = await startTestSandbox()
})
afterEach(() => sandbox.close())

const error = (reply: Reply) => [reply.status, at(reply.json, 'error.code'), at(reply.json, 'error.type')]

test('rejects a missing key, an invalid key, and a personal key without its user', async () => {
  const get = (headers: Record<string, string>) => sandbox.call('GET', '/agents', undefined, headers)
  const rejected = [401, 'invalid_token', 'authentication_error']
  expect(error(await get({ authorization: '' }))).toEqual(rejected)
  expect(error(await get({ authorization: 'Basic abc' }))).toEqual(rejected)
  expect(error(await get({ authorization: 'Bearer bad-key' }))).toEqual(rejected)
  expect(error(await get({ 'x-auth-key': '' }))).toEqual(rejected)
  expect((await get({ 'x-auth-key': '', authorization: 'Bearer team-key' })).status).toBe(200)
})

test('ignores a key in the query string', async () => {
  const reply = await sandbox.call('GET', `/list_saved_items?user_id=${USER}&api_key=key`, undefined, {
    authorization: '',
  })
  expect([reply.status, reply.text]).toEqual([
    401,
    'Missing or malformed Authorization header. Send "Bearer <key>".',
  ])
})

test('rejects an unknown team', async () => {
  expect(error(await sandbox.get('/agents?team_id=team_other'))).toEqual([
    403,
    'permission_denied',
    'permission_error',
  ])
  const flows = await sandbox.get('/list_saved_items?project_id=team_other')
  expect([flows.status, flows.headers.get('content-type')]).toEqual([403, 'text/plain; charset=utf-8'])
})

test('flow endpoints require a user or a project, and reject another user’s ID', async () => {
  const texts = [
    await sandbox.get('/list_saved_items'),
    await sandbox.get('/list_saved_items?user_id=someone_else'),
    await sandbox.get(`/get_pl_run?user_id=${USER}`),
    await sandbox.get(`/get_pl_run?user_id=${USER}&run_id=none`),
    await sandbox.get(`/get_inputs?user_id=${USER}&saved_item_id=none`),
    await sandbox.post('/start_pipeline', { user_id: USER }),
    await sandbox.post('/start_pipeline', { user_id: USER, saved_item_id: 'none' }),
    await sandbox.get(`/get_plrun_saved_item_map?user_id=${USER}`),
  ].map(reply => [reply.status, reply.text])
  expect(texts).toEqual([
    [400, 'Missing required parameter: user_id or project_id.'],
    [403, 'The API key does not belong to this user_id.'],
    [400, 'Missing required parameter: run_id.'],
    [404, 'Run none not found.'],
    [404, 'Saved item none not found.'],
    [400, 'saved_item_id is required.'],
    [400, 'Saved item none not found.'],
    [400, 'Missing required parameter: workbook_id or saved_item_id.'],
  ])
})

test('rejects bodies that violate the description and names the invalid field', async () => {
  const rejected = async (method: string, path: string, body: unknown) => {
    const reply = await sandbox.call(method, path, body)
    return [reply.status, at(reply.json, 'error.param'), at(reply.json, 'error.message')]
  }
  await sandbox.post('/agents/gumball/sessions', { session_id: 'ses_a' })
  const calls = Array(6).fill({ server_id: 's', tool_name: 't' })
  expect(await rejected('POST', '/agents', { model_name: 'auto' })).toEqual([
    400,
    'name',
    'name is required.',
  ])
  expect(await rejected('PATCH', '/sessions/ses_a', { name: ' ' })).toEqual([
    400,
    'name',
    'name must not be blank.',
  ])
  expect(await rejected('PATCH', '/sessions/ses_a', { name: 'a', x: 1 })).toEqual([
    400,
    'x',
    'x is not a known field.',
  ])
  expect(await rejected('PATCH', '/sessions/ses_a', '{"name":')).toEqual([
    400,
    null,
    'The body is not valid JSON.',
  ])
  expect(await rejected('PATCH', '/sessions/ses_a', [])).toEqual([
    400,
    null,
    'The body must be a JSON object.',
  ])
  expect(await rejected('POST', '/sessions/ses_a/messages', {})).toEqual([400, 'input', 'input is required.'])
  expect(await rejected('POST', '/sessions/ses_a/messages', undefined)).toEqual([
    400,
    null,
    'A JSON body is required.',
  ])
  expect(await rejected('POST', '/mcp/tools/call', { calls })).toEqual([
    400,
    'calls',
    'calls must have at most 5 entries.',
  ])
  expect(await rejected('POST', '/models/route', { input: 3 })).toEqual([
    400,
    'input',
    'input must be string or array.',
  ])
})

test('rejects a body without a JSON content type', async () => {
  const reply = await sandbox.call('POST', '/models/route', 'input=hi', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect([reply.status, at(reply.json, 'error.message')]).toEqual([
    400,
    'The body must be JSON, with the content type application/json.',
  ])
})

test('rejects streaming of sessions', async () => {
  const stream = { input: 'Hello', stream: true }
  const replies = [
    await sandbox.post('/agents/gumball/sessions', stream),
    await sandbox.get('/sessions/ses_a?stream=true&last_cursor=x'),
  ]
  expect(replies.map(reply => [reply.status, at(reply.json, 'error.param')])).toEqual([
    [400, 'stream'],
    [400, 'stream'],
  ])
})

test('responds to unknown IDs, retired agents, unknown paths and wrong methods', async () => {
  expect(error(await sandbox.get('/agents/agt_newsletter_2023'))).toEqual([
    404,
    'not_found',
    'not_found_error',
  ])
  expect(error(await sandbox.get('/sessions/none'))).toEqual([404, 'not_found', 'not_found_error'])
  expect(error(await sandbox.get('/nothing/here'))).toEqual([404, 'not_found', 'not_found_error'])
  const wrongMethod = await sandbox.call('DELETE', '/sessions/none')
  expect([...error(wrongMethod), wrongMethod.headers.get('allow')]).toEqual([
    405,
    'method_not_allowed',
    'invalid_request_error',
    'GET, PATCH',
  ])
  expect(error(await sandbox.get('/sessions/%zz'))).toEqual([400, 'invalid_request', 'invalid_request_error'])
})

test('every operation of the description is implemented', async () => {
  const failing: string[] = []
  for (const operation of OPERATIONS) {
    const reply = await sandbox.call(operation.method, operation.path.replace(/\{[^}]+\}/g, 'x'))
    if (reply.status >= 500 || reply.status === 405) failing.push(operation.id)
  }
  expect(OPERATIONS).toHaveLength(131)
  expect(failing).toEqual([])
})
