/** What the roles of the deployed functions may write, read off the template that the target's CDK app makes. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { isAllowed, list, type Statement } from '../support/iam-policy.ts'
import type { Json } from '../support/mcp-server.ts'
import { placeholderBundles } from '../support/placeholder-bundles.ts'
import { TARGET_FOLDER } from './target.ts'

const TABLE_ARN = 'the table'
const SECRET_ARN = 'the secrets'
let resources: Record<string, Json>

beforeAll(() => {
  const output = mkdtempSync(path.join(tmpdir(), 'gumloop-mcp-regression-'))
  const cdk = path.join(TARGET_FOLDER, 'node_modules/aws-cdk/bin/cdk')
  const settings = ['-c', `bundleRoot=${placeholderBundles()}`, '--build', 'true', '--output', output]
  execFileSync(process.execPath, [cdk, 'synth', '-q', ...settings], { cwd: TARGET_FOLDER, stdio: 'pipe' })
  resources = JSON.parse(
    readFileSync(path.join(output, 'GumloopMcp-default.template.json'), 'utf8'),
  ).Resources
}, 180_000)

/** Statements of the role whose logical id begins so. */
function statementsOf(rolePrefix: string): Statement[] {
  return Object.values(resources)
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && Properties.Roles.some(({ Ref }: Json) => Ref?.startsWith(rolePrefix)),
    )
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map(statement => ({ ...statement, Resource: list(statement.Resource).map(nameOf) }))
}

function nameOf(resource: Json): string {
  const text = JSON.stringify(resource)
  if (/ConnectorsTable\w+","Arn"\]\}$/.test(text)) return TABLE_ARN
  return text.includes(':secret:') ? SECRET_ARN : text
}

const update = (key: string, attributes: string[]) => ({
  action: 'dynamodb:UpdateItem',
  resource: TABLE_ARN,
  context: {
    'dynamodb:LeadingKeys': [key],
    'dynamodb:Attributes': ['pk', 'sk', ...attributes],
    'dynamodb:ReturnValues': ['NONE'],
  },
})

test('the MCP function may record that a connector was used (control)', () => {
  expect(isAllowed(statementsOf('McpNodeRole'), update('CONNECTOR#x', ['last_used_at']))).toBe(true)
})

test.each([
  ['an administrator token', 'API_TOKEN#x', ['scopes', 'secret_sha256', 'revoked_at', 'expires_at']],
  ['a connector’s rules', 'CONNECTOR#x', ['config']],
  ['an account’s owner', 'ACCOUNT#x', ['created_by']],
  ['the audit trail', 'AUDIT#API_TOKENS', ['actor']],
])('the function that the internet reaches may not write %s', (_, key, attributes) => {
  expect(isAllowed(statementsOf('McpNodeRole'), update(key, attributes))).toBe(false)
})

test('the poller may write runs only', () => {
  expect(isAllowed(statementsOf('RunsPollerRole'), update('CONNECTOR#x', ['last_used_at']))).toBe(false)
})

test('administration can neither rewrite the audit trail nor let itself read a Gumloop key', () => {
  const statements = statementsOf('AdminNodeRole')
  expect(isAllowed(statements, update('AUDIT#API_TOKENS', ['actor', 'detail']))).toBe(false)
  const open: Statement = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }
  const read = { action: 'secretsmanager:GetSecretValue', resource: SECRET_ARN, context: {} }
  expect(isAllowed([...statements, open], read)).toBe(false)
})
