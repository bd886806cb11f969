/**
 * What each role may do, read off the template, against what its function does: the built functions run as on Lambda,
 * each with the environment that the template gives it, and every request to AWS is recorded and judged as IAM would.
 */
import { type Sandbox, startSandbox } from 'gumloop-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../../lambda/aws/table.ts'
import { ITEM_PREFIX, TABLE } from '../../../lambda/shared/names.ts'
import { runWorkflowDefinition } from '../../../lib/runs/run-workflow-definition.ts'
import { type AwsRecorder, startAwsRecorder } from '../../support/aws-recorder.ts'
import { startDynaliteTable, TABLE_NAME } from '../../support/dynalite-table.ts'
import { startFakeCloudWatchLogs } from '../../support/fake-cloudwatch-logs.ts'
import { startFakeRunServices } from '../../support/fake-run-services.ts'
import { startFakeSecretsManager } from '../../support/fake-secrets-manager.ts'
import { type FunctionProcess, startFunction } from '../../support/function-process.ts'
import {
  type AwsRequest,
  applies,
  isAllowed,
  isLike,
  list,
  type Statement,
} from '../../support/iam-policy.ts'
import type { Machine } from '../runs/states-machine.ts'
import { synthesize } from '../synthesized-stage.ts'
import { deployedFunction, PLACE } from './deployed-functions.ts'
import { administer, askByIam, askByToken, useAfterSilence, useConnector } from './main-paths.ts'

const FUNCTIONS = { mcp: 'McpNode', poller: 'RunsPoller', admin: 'AdminNode', 'admin-api': 'AdminApiNode' }
type FunctionName = keyof typeof FUNCTIONS
const NAMES = Object.keys(FUNCTIONS) as FunctionName[]

let recorder: AwsRecorder
let sandbox: Sandbox
const closers: (() => unknown)[] = []

const statements = new Map<FunctionName, Statement[]>()
const statementsOf = (name: FunctionName): Statement[] => statements.get(name) ?? []
const recordedOf = (name: FunctionName) => recorder.requests.filter(({ caller }) => caller === name)

beforeAll(async () => {
  const environment = { ...process.env }
  sandbox = await startSandbox()
  const dynalite = await startDynaliteTable()
  const secrets = await startFakeSecretsManager()
  const services = await startFakeRunServices()
  const logs = await startFakeCloudWatchLogs()
  const { AWS_ENDPOINT_URL_SFN = '', AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = '' } = process.env
  recorder = await startAwsRecorder(
    {
      dynamodb: dynalite.endpointUrl,
      secretsmanager: secrets.endpointUrl,
      states: AWS_ENDPOINT_URL_SFN,
      events: AWS_ENDPOINT_URL_SFN,
      logs: AWS_ENDPOINT_URL_CLOUDWATCH_LOGS,
    },
    PLACE,
  )
  const gumloop = `${sandbox.url}/api/v1`
  const stage = synthesize({ adminApi: 'on', gumloopBaseUrl: gumloop, gumloopStreamBaseUrl: gumloop })
  const start = (name: FunctionName): FunctionProcess => {
    const deployed = deployedFunction(stage, FUNCTIONS[name])
    statements.set(name, deployed.statements)
    const started = startFunction(name, {
      ...deployed.environment,
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-tests',
      AWS_REGION: PLACE.region,
      AWS_ENDPOINT_URL: recorder.endpointUrl,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    })
    closers.push(() => started.close())
    return started
  }
  const deployment = {
    mcp: start('mcp'),
    poller: start('poller'),
    admin: start('admin'),
    adminApi: start('admin-api'),
    // One cast: the definition as what JSON makes of it.
    machine: runWorkflowDefinition({
      invokeResource: 'arn:aws:states:::lambda:invoke',
      pollerArn: 'arn:of:the:poller',
      watchHours: 24,
    }) as unknown as Machine,
    services,
    sandbox,
  }
  closers.push(recorder.close, logs.close, services.close, secrets.close, dynalite.close, sandbox.close)
  closers.push(() => Object.assign(process.env, environment))

  const ask = askByIam(deployment)
  const { token: adminToken } = await ask('POST', '/api-tokens', { name: 'admin', scopes: ['admin'] })
  await administer(ask, 'by-iam')
  await administer(askByToken(deployment, adminToken), 'by-token')
  await ask('PUT', '/accounts/acme', { api_key: 'key', user_id: 'user-1' })
  const config = { require_api_token_auth: true }
  const { id, token } = await ask('POST', '/integrated-account/acme/mcp', { name: 'used', config })
  const { token: apiToken } = await ask('POST', '/api-tokens', { name: 'agent', scopes: ['connect'] })
  await useAfterSilence(deployment, { id, token, apiToken }, createTable({ tableName: TABLE_NAME }))
  await useConnector(deployment, { token, apiToken })
}, 180_000)
afterAll(async () => {
  for (const close of closers) await close()
})

describe.each(NAMES)('the role of the function %s', name => {
  test('allows all that the function asks of AWS', () => {
    const recorded = recordedOf(name)
    expect(recorded.length).toBeGreaterThan(5)
    expect(recorded.filter(request => !isAllowed(statementsOf(name), request))).toEqual([])
  })

  test('allows no action, kind of item or attribute that the function does not use', () => {
    const recorded = recordedOf(name)
    const unused = statementsOf(name).flatMap(statement =>
      statement.Effect === 'Allow' && !isUsedByAws(statement) ? unusedIn(statement, recorded) : [],
    )
    expect(unused).toEqual([])
  })
})

/** Lambda writes the log itself. */
const isUsedByAws = ({ Action }: Statement) =>
  list(Action).every(action => ['logs:CreateLogStream', 'logs:PutLogEvents'].includes(action))

const KEY_ATTRIBUTES: string[] = [TABLE.partitionKey, TABLE.sortKey]

/** Parts of a statement that none of the requests needs. */
function unusedIn(statement: Statement, recorded: readonly AwsRequest[]): string[] {
  const used = recorded.filter(request => applies(statement, request))
  const valuesOf = (operator: string, key: string) => list(statement.Condition?.[operator]?.[key] ?? [])
  return list(statement.Action).flatMap(action => {
    const ofAction = used.filter(request => request.action === action)
    if (ofAction.length === 0) return [action]
    const hasValue = (key: string, pattern: string) =>
      ofAction.some(({ context }) => context[key]?.some(value => isLike(value, pattern)))
    return [
      ...valuesOf('ForAllValues:StringLike', 'dynamodb:LeadingKeys')
        .filter(pattern => !hasValue('dynamodb:LeadingKeys', pattern))
        .map(pattern => `${action} on ${pattern}`),
      ...valuesOf('ForAllValues:StringEquals', 'dynamodb:Attributes')
        .filter(
          attribute => !KEY_ATTRIBUTES.includes(attribute) && !hasValue('dynamodb:Attributes', attribute),
        )
        .map(attribute => `${action} of ${attribute}`),
    ]
  })
}

describe('what an attacker would want to write', () => {
  const tableArn = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/${TABLE_NAME}`
  const item = (operation: string, key: string, attributes: string[], over: AwsRequest['context'] = {}) => ({
    action: `dynamodb:${operation}`,
    resource: tableArn,
    context: {
      'dynamodb:LeadingKeys': [key],
      'dynamodb:Attributes': [...KEY_ATTRIBUTES, ...attributes],
      'dynamodb:ReturnValues': ['NONE'],
      ...over,
    },
  })
  const { connector, apiToken, account, audit, toolGroup, run, task } = ITEM_PREFIX
  const writes: [string, AwsRequest][] = [
    ['an administrator token', item('UpdateItem', `${apiToken}x`, ['scopes', 'secret_sha256', 'list_pk'])],
    ['a token’s expiry beside its use', item('UpdateItem', `${apiToken}x`, ['last_used_at', 'expires_at'])],
    ['a token as a whole', item('PutItem', `${apiToken}x`, ['last_used_at'])],
    ['a token’s network', item('UpdateItem', `${apiToken}x`, ['last_used_at', 'last_used_from'])],
    ['a connector’s rules', item('UpdateItem', `${connector}x`, ['config'])],
    ['a connector’s secret', item('UpdateItem', `${connector}x`, ['secret_sha256'])],
    ['a connector’s revocation', item('UpdateItem', `${connector}x`, ['revoked_at', 'last_used_at'])],
    ['a connector in a list', item('UpdateItem', `${connector}x`, ['last_used_at', 'list_pk'])],
    ['an account’s creator', item('UpdateItem', `${account}x`, ['state', 'created_by'])],
    ['an account that was removed', item('UpdateItem', `${account}x`, ['state', 'removed_at'])],
    ['a group of tools', item('UpdateItem', `${toolGroup}x`, ['tools'])],
    ['the audit trail', item('PutItem', `${audit}API_TOKENS`, ['actor'])],
    ['an audit entry’s outcome', item('UpdateItem', `${audit}API_TOKENS`, ['outcome', 'error'])],
    ['a person of the future', item('UpdateItem', 'PERSON#x', ['name'])],
    ['several items at once', { ...item('UpdateItem', `${run}x`, []), context: {} }],
    [
      'two kinds in one request',
      item('UpdateItem', '', ['last_used_at'], { 'dynamodb:LeadingKeys': [`${connector}x`, `${audit}x`] }),
    ],
    [
      'an account, and see all of it',
      item('UpdateItem', `${account}x`, ['state'], { 'dynamodb:ReturnValues': ['ALL_NEW'] }),
    ],
    ['nothing: a run removed', item('DeleteItem', `${run}x`, [])],
    ['nothing: a connector removed', item('DeleteItem', `${connector}x`, [])],
  ]

  test.each(writes)('the function that the internet reaches may not write %s', (_, request) => {
    expect(isAllowed(statementsOf('mcp'), request)).toBe(false)
  })

  test.each(writes)('nor may the poller write %s', (_, request) => {
    expect(isAllowed(statementsOf('poller'), request)).toBe(false)
  })

  test('the poller may not use a connector, or touch tasks', () => {
    const requests = [
      item('UpdateItem', `${connector}x`, ['last_used_at']),
      item('GetItem', `${connector}x`, []),
      item('UpdateItem', `${task}x`, ['closed_json']),
    ]
    expect(requests.filter(request => isAllowed(statementsOf('poller'), request))).toEqual([])
  })

  test.each(['admin', 'admin-api'] as const)(
    'the function %s may not rewrite audit entries or runs',
    name => {
      const requests = [
        item('UpdateItem', `${audit}API_TOKENS`, ['outcome', 'actor']),
        item('UpdateItem', `${audit}API_TOKENS`, ['detail']),
        item('DeleteItem', `${audit}API_TOKENS`, []),
        item('UpdateItem', `${run}x`, ['details_json']),
        item('GetItem', `${run}x`, []),
        item('DeleteItem', `${connector}x`, []),
      ]
      expect(requests.filter(request => isAllowed(statementsOf(name), request))).toEqual([])
    },
  )

  test.each(NAMES)('the function %s may not scan, write in batches, transact or use PartiQL', name => {
    const operations = ['Scan', 'BatchWriteItem', 'ConditionCheckItem']
    const actions = [...operations, 'PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete']
    const requests = actions.flatMap(action => [
      { action: `dynamodb:${action}`, resource: tableArn, context: {} },
      item(action, `${connector}x`, ['last_used_at']),
    ])
    expect(requests.filter(request => isAllowed(statementsOf(name), request))).toEqual([])
  })

  test('only the function that the internet reaches reads in batches, and only what its waits read', () => {
    const batch = (keys: string[]) => item('BatchGetItem', '', [], { 'dynamodb:LeadingKeys': keys })
    const allowed = batch([`${run}x`, `${connector}x`, `${apiToken}x`])
    expect(NAMES.filter(name => isAllowed(statementsOf(name), allowed))).toEqual(['mcp'])
    const others = [account, audit, toolGroup, task].map(kind => batch([`${run}x`, `${kind}x`]))
    const withoutKeys = { action: 'dynamodb:BatchGetItem', resource: tableArn, context: {} }
    const denied = [...others, withoutKeys]
    expect(denied.filter(request => isAllowed(statementsOf('mcp'), request))).toEqual([])
  })
})
