/** Uses every function of a deployment as its users do: what each of them asks of AWS is recorded. */
import type { Sandbox } from 'gumloop-sandbox'
import { expect } from 'vitest'
import type { Table } from '../../../lambda/aws/table-access.ts'
import { connectorKey } from '../../../lambda/connectors/connector-item.ts'
import type { FakeRunServices } from '../../support/fake-run-services.ts'
import type { FunctionProcess } from '../../support/function-process.ts'
import type { Json } from '../../support/mcp-server.ts'
import { type Machine, execute as runMachine } from '../runs/states-machine.ts'

export interface Deployment {
  mcp: FunctionProcess
  poller: FunctionProcess
  admin: FunctionProcess
  adminApi: FunctionProcess
  machine: Machine
  services: FakeRunServices
  sandbox: Sandbox
}

/** One administration request. */
export type AskAdmin = (method: string, path: string, body?: unknown) => Promise<Json>

/** Through the function that IAM guards. */
export const askByIam =
  ({ admin }: Pick<Deployment, 'admin'>): AskAdmin =>
  async (method, path, body) => {
    const { status, body: answer } = await admin.invoke({
      method,
      path,
      ...(body === undefined ? {} : { body }),
    })
    expect([status, answer]).toEqual([expect.toSatisfy((code: number) => code < 300), answer])
    return answer
  }

/** Through the gateway, with an administrator token. */
export const askByToken =
  ({ adminApi }: Pick<Deployment, 'adminApi'>, token: string): AskAdmin =>
  async (method, path, body) => {
    const [pathname = '', query = ''] = path.split('?')
    const { statusCode, body: text } = await adminApi.invoke({
      ...event(method, pathname, body, { authorization: `Bearer ${token}` }),
      multiValueQueryStringParameters: Object.fromEntries(
        [...new URLSearchParams(query)].map(([name, value]) => [name, [value]]),
      ),
    })
    expect([statusCode, text]).toEqual([expect.toSatisfy((code: number) => code < 300), text])
    return JSON.parse(text)
  }

function event(method: string, path: string, body: unknown, headers: Record<string, string>) {
  return {
    httpMethod: method,
    path,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: 'r', identity: { sourceIp: '203.0.113.7' } },
  }
}

/** Every kind of change that administration knows, and every list. */
export async function administer(ask: AskAdmin, account: string): Promise<void> {
  const accountPath = `/accounts/${account}`
  const connectors = `/integrated-account/${account}/mcp`
  for (const api_key of ['first', 'second']) await ask('PUT', accountPath, { api_key, user_id: 'user-1' })
  await ask('PUT', `${accountPath}/tool-groups/own`, { tags: ['flows'] })
  const { id } = await ask('POST', connectors, { name: 'one', config: { tags: ['own'] } })
  await ask('PUT', `${accountPath}/tool-groups/own`, { tags: ['agents'] })
  await ask('PATCH', `${connectors}/${id}`, { name: 'two' })
  await ask('POST', `${connectors}/${id}/rotate`)
  await ask('DELETE', `${connectors}/${id}`)
  await ask('DELETE', `${accountPath}/tool-groups/own`)
  const token = await ask('POST', '/api-tokens', { name: 'ci', scopes: ['connect'] })
  await ask('DELETE', `/api-tokens/${token.id}`)
  const lists = ['/accounts', '/api-tokens', '/audit', `/audit?account_id=${account}`, connectors]
  for (const list of [...lists, `${accountPath}/tool-groups`, `/integrated-account/${account}/calls`])
    expect((await ask('GET', list)).result).toBeInstanceOf(Array)
  const { checks } = await ask('GET', '/deployment')
  expect(checks).toEqual({ table: { state: 'ok' }, call_log: { state: 'ok' }, long_runs: { state: 'ok' } })
  await ask('DELETE', `${accountPath}?revoke_connectors=true`)
}

export interface Caller {
  /** The connector's token, and the API token that it requires. */
  token: string
  apiToken?: string
}

const VERSION = '2026-07-28'
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

/** One MCP request; the answer's result. */
async function send(deployment: Deployment, caller: Caller, method: string, params: Json): Promise<Json> {
  const name = params.taskId ?? params.name
  const { statusCode, body } = await deployment.mcp.invoke(
    event(
      'POST',
      `/mcp/${caller.token}`,
      {
        jsonrpc: '2.0',
        id: 1,
        method,
        params: {
          ...params,
          _meta: {
            'io.modelcontextprotocol/protocolVersion': VERSION,
            'io.modelcontextprotocol/clientCapabilities': method.startsWith('tasks/') ? TASKS : params.with,
          },
        },
      },
      {
        'mcp-protocol-version': VERSION,
        'mcp-method': method,
        ...(name === undefined ? {} : { 'mcp-name': name }),
        ...(caller.apiToken === undefined ? {} : { authorization: `Bearer ${caller.apiToken}` }),
      },
    ),
  )
  expect([statusCode, body]).toEqual([200, body])
  return JSON.parse(body).result
}

/** The first call after 30 days without one, which sends an event. */
export async function useAfterSilence(
  deployment: Deployment,
  caller: Caller & { id: string },
  table: Table,
): Promise<void> {
  await table.updateItem(connectorKey(caller.id), {
    expression: 'SET last_used_at = :then',
    condition: 'attribute_exists(pk)',
    values: { ':then': '2026-01-01T00:00:00Z' },
    proof: 'repeatable',
  })
  await send(deployment, caller, 'tools/list', { with: {} })
  expect(deployment.services.events.at(-1)).toMatchObject({
    DetailType: 'Gumloop Connector Used After Silence',
  })
}

/** Starts, waits, answers and tasks, with the poller at work, until Gumloop rejects the key. */
export async function useConnector(deployment: Deployment, caller: Caller): Promise<void> {
  const tool = (name: string, args: unknown, capabilities: object = {}) =>
    send(deployment, caller, 'tools/call', { name, arguments: args, with: capabilities })
  const done = async (name: string, args: unknown): Promise<Json> => {
    const { structuredContent, isError, content } = await tool(name, args)
    expect([isError ?? false, content]).toEqual([false, content])
    return structuredContent
  }
  await done('list_all_gumloop_agents', {})

  // A start that is repeated, one that fails, and a flow's.
  const session = { agent_id: 'agt_security_audit', input: 'Look around, take 2 seconds.' }
  const { session_id } = await done('create_a_gumloop_session', session)
  expect(await done('create_a_gumloop_session', session)).toMatchObject({ session_id, repeated: true })
  expect(await tool('create_a_gumloop_session', { ...session, agent_id: 'agt_nobody' })).toMatchObject({
    isError: true,
  })

  // A wait that sees the end, a message to the session, and a wait for its next turn.
  const [waited] = await Promise.all([
    done('wait_for_gumloop_session', { session_id, wait_seconds: 15 }),
    execute(deployment),
  ])
  expect(waited).toMatchObject({ state: 'completed', is_over: true })
  await done('create_a_gumloop_session_message', { session_id, input: 'Once more, take 1 second.' })
  await Promise.all([done('wait_for_gumloop_session', { session_id, wait_seconds: 15 }), execute(deployment)])

  // A task that ends with a question, and one that is cancelled.
  const asking = { agent_id: 'agt_expense_approver', input: 'Ask me, take 1 second.', wait_seconds: 10 }
  const asked = await tool('create_a_gumloop_session', asking, TASKS)
  const { watch_id, attempt } = await newestExecution(deployment)
  await until(async () => {
    await deployment.poller.invoke({ watch_id, attempt })
    const { status } = await send(deployment, caller, 'tasks/get', { taskId: asked.taskId })
    return status === 'completed'
  })
  const long = { ...session, input: 'A task, take 1 hour.', wait_seconds: 10 }
  const started = await tool('create_a_gumloop_session', long, TASKS)
  await send(deployment, caller, 'tasks/cancel', { taskId: started.taskId })

  // The key is rejected, in a call and in a poll.
  const watched = await done('create_a_gumloop_session', { ...session, input: 'Watched, take 1 hour.' })
  await done('wait_for_gumloop_session', { session_id: watched.session_id, wait_seconds: 1 })
  deployment.sandbox.injectFailure({ kind: '401' })
  expect(await tool('list_all_gumloop_agents', {})).toMatchObject({ isError: true })
  // Some seconds later it is believed.
  await execute(deployment)
  expect(await tool('list_all_gumloop_agents', {})).toMatchObject({ isError: true })
  deployment.sandbox.injectFailure(null)
}

const seen = new Set<string>()

/** Input of the newest execution that has not been returned before. */
async function newestExecution({ services }: Deployment): Promise<Json> {
  let name = ''
  await until(async () => {
    name = [...services.executions.keys()].findLast(key => !seen.has(key)) ?? ''
    return name !== ''
  })
  seen.add(name)
  return services.executions.get(name)
}

/** Carries out the newest execution, as Step Functions would. */
async function execute(deployment: Deployment): Promise<void> {
  const input = await newestExecution(deployment)
  const task = async (args: Json) => ({ payload: await deployment.poller.invoke(args.Payload) })
  const { status } = await runMachine(deployment.machine, input, { task, isRealTime: true })
  expect(status).toBe('SUCCEEDED')
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isTrue()); tries++) {
    if (tries > 200) throw new Error('it does not happen')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
