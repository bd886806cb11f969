/** Documents tell the truth: paths and scripts that they name exist, commands that they print are run. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../bin/cli/parse-command-line.ts'
import {
  cleanEnvironment,
  type Started,
  startLocalProgram,
  temporaryFolder,
} from '../support/local-server.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Every Markdown file of the repository, and the issue forms, which print commands too. */
const documents = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '.github/ISSUE_TEMPLATE/*.yml'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .trim()
  .split('\n')
  .filter(file => existsSync(path.join(ROOT, file)))

/** Runs every command of its guide in a copy of the project. */
const ADDING = {
  file: 'test/scripts/catalog/adding-an-operation.test.ts',
  has: 'docs/adding-an-operation.md',
}

/** Runs the requests of its document. */
const SANDBOX = { file: 'test/sandbox/document.test.ts', has: 'docs/sandbox.md' }

/** The account that these need is a real one, and AWS's own command line is not among what npm brings. */
const OF_AWS = {
  why: 'AWS’s own command line on a real account; what it is for is in the runbook beside it',
}
const IP_RANGES = {
  file: 'test/bin/ip-ranges/ip-ranges-command.test.ts',
  has: "'--stage', 'mine', '--check'",
}
const SWITCH = { file: 'test/bin/cli/endpoint-commands.test.ts', has: 'enable --stack Reserved' }

/** Commands that this test cannot run itself: where they are run instead, or why they are not. */
const ELSEWHERE: Record<string, { file: string; has: string } | { why: string }> = {
  'npm ci': { file: '.ci/run', has: 'npm ci' },
  'npm test': { file: '.ci/run', has: 'npm test' },
  'npm run -s build': { file: 'package.json', has: '"test": "npm run -s build && ' },
  'npm run -s build -- --no-sdk-shims': {
    file: 'test/lambda/sdk-shims/without-shims.test.ts',
    has: "'--no-sdk-shims'",
  },
  'npm run -s types': { file: 'package.json', has: ' && npm run -s types && ' },
  'npm run -s lint': { file: 'package.json', has: ' && npm run -s lint && ' },
  'npm start': { file: 'test/clients/readme.slow.ts', has: "'start'" },
  'npm start -- --public-url https://your-tunnel.example': {
    file: 'test/e2e/local-program.test.ts',
    has: '--public-url',
  },
  'GUMLOOP_API_KEY=your-key GUMLOOP_USER_ID=your-user-id npm start': {
    file: 'test/e2e/local-program.test.ts',
    has: "GUMLOOP_API_KEY: 'the-key'",
  },
  'npx -y @modelcontextprotocol/inspector --cli "$CONNECTOR_URL" --transport http --method tools/list': {
    file: 'test/clients/inspector.slow.ts',
    has: "'--cli'",
  },
  'npm pack': { file: 'test/support/installed-package.ts', has: "npm(['pack'" },
  'npm install --global ./gumloop-mcp-0.2.0.tgz': { file: 'test/e2e/package.slow.ts', has: "'--global'" },
  'npm run deploy': { file: 'test/bin/deploy.test.ts', has: 'bin/deploy.ts' },
  'npm run -s cli -- account put --account acme --user-id your-user-id --stack GumloopMcp-default': {
    file: 'test/bin/cli/targets.test.ts',
    has: 'account put --account acme --stack',
  },
  'npm run -s cli -- connector create --name "ChatGPT" --account acme --methods read,write --expires-at 30d --stack GumloopMcp-default':
    { file: 'test/bin/cli/connector-commands.test.ts', has: 'connector create' },
  'npx cdk synth': { file: '.ci/run', has: 'npm run -s synth' },
  'npm run -s cli -- logs --stack STACK': { file: 'test/bin/cli/logs-commands.test.ts', has: 'logs --since' },
  'npm run -s cli -- logs --connector ID --since 7d --stack STACK': {
    file: 'test/bin/cli/logs-commands.test.ts',
    has: 'logs --since 4m --connector',
  },
  'npm run -s cli -- audit list --account acme --stack STACK': {
    file: 'test/bin/cli/account-commands.test.ts',
    has: 'audit list --account',
  },
  'npm run -s cli -- account put --account acme --user-id your-user-id --stack STACK': {
    file: 'test/bin/cli/targets.test.ts',
    has: 'account put --account acme --stack',
  },
  'npm run -s cli -- disable --stack STACK': SWITCH,
  'npm run -s cli -- enable --stack STACK': SWITCH,
  'npm run ip-ranges -- https://openai.com/chatgpt-connectors.json': IP_RANGES,
  'npm run ip-ranges -- https://openai.com/chatgpt-connectors.json --add 203.0.113.0/24 --stage production':
    IP_RANGES,
  'npm run ip-ranges -- https://openai.com/chatgpt-connectors.json --add 203.0.113.0/24 --stage production --check':
    IP_RANGES,
  'git pull': { why: 'fetches what the next commands are about; a test has no newer commit to fetch' },
  'npx cdk diff -c stage=NAME': { file: 'test/deploy/deploy.slow.ts', has: "cdk('diff', '--fail')" },
  'npm run deploy -- -c stage=NAME': { file: 'test/bin/deploy.test.ts', has: 'stage=' },
  "aws lambda list-versions-by-function --function-name STACK-mcp --query 'Versions[].[Version,LastModified]' --output text":
    OF_AWS,
  'aws lambda update-alias --function-name STACK-mcp --name live --function-version VERSION': OF_AWS,
  'aws dynamodb restore-table-to-point-in-time --source-table-name TABLE --target-table-name TABLE-restored --restore-date-time 2026-11-22T12:00:00Z':
    OF_AWS,
  'aws dynamodb update-table --table-name TABLE --no-deletion-protection-enabled': OF_AWS,
  'aws dynamodb delete-table --table-name TABLE': OF_AWS,
  "aws secretsmanager list-secrets --filters Key=name,Values=STACK/accounts/ --query 'SecretList[].Name' --output text":
    OF_AWS,
  'aws secretsmanager delete-resource-policy --secret-id STACK/accounts/ID': OF_AWS,
  'aws secretsmanager update-secret --secret-id STACK/accounts/ID --kms-key-id alias/aws/secretsmanager':
    OF_AWS,
  'aws secretsmanager delete-secret --secret-id STACK/accounts/ID': OF_AWS,
  'aws kms schedule-key-deletion --key-id KEY': OF_AWS,
  'npm run catalog:check -- openapi.yaml': ADDING,
  'curl -sf http://127.0.0.1:8788/__sandbox/clock -d \'{"seconds": 604800}\'': SANDBOX,
  'curl -sf http://127.0.0.1:8788/__sandbox/app-events -d \'{"trigger_id": "trg_support_channel"}\'': SANDBOX,
  'curl -sf http://127.0.0.1:8788/__sandbox/failures -d \'{"kind": "429", "times": 3}\'': SANDBOX,
  'curl -sf -X DELETE http://127.0.0.1:8788/__sandbox/failures': SANDBOX,
  'npm run catalog:drift': { file: 'test/sdk/catalog-drift.slow.ts', has: "'scripts/catalog-drift.ts'" },
  'npm run catalog:update -- openapi.yaml': ADDING,
  'UPDATE_SNAPSHOTS=1 npx vitest run test/catalog/tool-snapshots.test.ts': ADDING,
  'npm run docs': ADDING,
  'npx vitest run test/catalog': ADDING,
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

/** Lines of every ```sh block, continued lines joined, comments left out. */
function commandsOf(file: string): string[] {
  return [...read(file).matchAll(/```(?:sh|bash|shell)\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map(line => line.replace(/\s+#\s.*$/, '').trim())
      .filter(line => line !== '' && !line.startsWith('#')),
  )
}

const commands = [...new Set(documents.flatMap(commandsOf))]
/** The command line against a running server: these are run here. */
const isLocalCommand = (command: string) =>
  /^npm run (-s )?(cli|sandbox) -- /.test(command) && !command.includes('--stack')

describe('commands', () => {
  const { folder, remove } = temporaryFolder()
  let server: Started
  beforeAll(async () => {
    server = await startLocalProgram(folder)
    await makeConnectors()
  })
  afterAll(async () => {
    await server.stop()
    remove()
  })

  /** A connector for each command that names one: another may have revoked the one before. */
  const connectorIds: string[] = []
  let leakedUrl = ''
  async function makeConnectors(): Promise<void> {
    const token = readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim()
    const needed = commands.filter(command => command.includes('$CONNECTOR_ID')).length
    for (let made = 0; made < needed + 1; made++) {
      const response = await fetch(`${server.origin}/integrated-account/sandbox/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: '{"name":"for a document"}',
      })
      const { id, url } = JSON.parse(await response.text())
      connectorIds.push(id)
      leakedUrl = url
    }
    // The last one is for the command that takes a leaked URL.
    connectorIds.pop()
  }

  test('there are some', () => {
    expect(commands.length).toBeGreaterThan(8)
    for (const file of ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', 'docs/administration.md'])
      expect(commandsOf(file).length, file).toBeGreaterThan(1)
  })

  test.each(commands.filter(isLocalCommand))('%s', { timeout: 30_000 }, command => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...cleanEnvironment(),
        GUMLOOP_MCP_SERVER: server.origin,
        CONNECTOR_URL: server.connectorUrl,
        LEAKED_URL: leakedUrl,
        CONNECTOR_ID: command.includes('$CONNECTOR_ID') ? connectorIds.shift() : undefined,
        GUMLOOP_MCP_ADMIN_TOKEN: readFileSync(path.join(folder, '.local/admin-token'), 'utf8').trim(),
      },
    })
    expect(status, stderr).toBe(0)
    expect(stdout.trim()).not.toBe('')
  })

  test.each(commands.filter(command => !isLocalCommand(command)))(
    '%s is run elsewhere, or not for a reason',
    command => {
      const where = ELSEWHERE[command]
      expect(where, `say in ELSEWHERE where this is run: ${command}`).toBeDefined()
      if (where && 'file' in where) expect(read(where.file)).toContain(where.has)
      else expect(where?.why.length).toBeGreaterThan(20)
    },
  )

  test('nothing is listed that no document prints', () => {
    expect(Object.keys(ELSEWHERE).filter(command => !commands.includes(command))).toEqual([])
  })
})

describe.each(documents)('%s', file => {
  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = [...read(file).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? '')
    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  test('prints only command lines that ours understands', () => {
    const lines = [...read(file).matchAll(/npm run -s cli -- ([^`\n…]+)(?=[`\n])/g)].map(
      ([, line = '']) => line,
    )
    for (const line of lines) {
      // The shell's part: comments, and where input comes from.
      const own = line.replace(/\s+#\s.*$/, '').replace(/\s<.*$/, '')
      const words = [...own.matchAll(/"([^"]*)"|(\S+)/g)]
      expect(
        () => parseCommandLine(words.map(([, quoted, plain]) => quoted ?? plain ?? '')),
        line,
      ).not.toThrow()
    }
  })

  test('names only files and folders that exist', () => {
    const text = read(file)
    const inCode = [
      ...text.matchAll(
        /`((?:lambda|lib|bin|test|docs|scripts|sandbox|catalog|stages|bench|console|\.github|\.ci)\/[\w./-]*|[A-Z]+\.md)`/g,
      ),
    ].map(([, name]) => name ?? '')
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) =>
      path.join(path.dirname(file), link ?? ''),
    )
    // `NAME` stands for any name.
    expect(
      [...inCode, ...links].filter(name => !name.includes('NAME') && !existsSync(path.join(ROOT, name))),
    ).toEqual([])
  })
})
