import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { parseDeployArguments } from '../../bin/deploy/arguments.ts'
import { nextSteps } from '../../bin/deploy/next-steps.ts'

interface Run {
  code: number | null
  output: string
}

/** Runs `npm run deploy` as someone does who has nothing on the machine but what `environment` says. */
function runDeploy(parameters: string[], environment: Record<string, string>): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/deploy.ts', ...parameters], {
    env: {
      PATH: process.env.PATH,
      HOME: mkdtempSync(`${tmpdir()}/gumloop-mcp-home-`),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  return new Promise(resolve => child.once('close', code => resolve({ code, output })))
}

/** CloudFormation as far as the check asks it, always with the same answer. */
async function withCloudFormation<T>(
  status: number,
  body: string,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((_, response) =>
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await use(`http://127.0.0.1:${port}`)
  } finally {
    server.close()
  }
}

const errorResponse = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1' }

describe('the checks before a deployment', { timeout: 60_000 }, () => {
  it('report missing credentials, a missing region and an unknown stage', async () => {
    const [noCredentials, noRegion, noStage, badOption] = await Promise.all([
      runDeploy([], { AWS_REGION: 'eu-central-1' }),
      runDeploy([], { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }),
      runDeploy(['-c', 'stage=nowhere'], KEYS),
      runDeploy(['--stage', 'x'], KEYS),
    ])
    expect(noCredentials).toEqual({
      code: 1,
      output: expect.stringMatching(/^No AWS credentials were found\. .*--profile NAME.*\n$/),
    })
    expect(noRegion).toEqual({
      code: 1,
      output: expect.stringMatching(/^No AWS region is set\. Set one with .*\n$/),
    })
    expect(noStage).toEqual({
      code: 1,
      output: expect.stringMatching(/^stages\/nowhere\.json has an error:\n {2}- stage not found/),
    })
    expect(badOption).toEqual({
      code: 2,
      output: expect.stringMatching(/^Unknown option '--stage'[\s\S]*Usage: npm run deploy/),
    })
  })

  it('report that AWS rejected the credentials, and how to get new ones', async () => {
    const run = await withCloudFormation(
      403,
      errorResponse('ExpiredToken', 'The security token included in the request is expired'),
      url => runDeploy([], { ...KEYS, AWS_ENDPOINT_URL_CLOUDFORMATION: url }),
    )
    expect(run).toEqual({
      code: 1,
      output:
        'AWS rejected the credentials (ExpiredToken). Sign in (for example: aws sso login) and try again.\n',
    })
  })
})

describe('a deployment', () => {
  it('passes the options to CDK', () => {
    expect(
      parseDeployArguments(['-c', 'stage=production', '--profile', 'platform', '--region', 'eu-west-1']),
    ).toEqual({
      stage: 'production',
      settings: undefined,
      profile: 'platform',
      region: 'eu-west-1',
      isYes: false,
      cdkArguments: ['--context', 'stage=production', '--profile', 'platform', '--region', 'eu-west-1'],
    })
    expect(parseDeployArguments([])).toEqual({
      stage: undefined,
      settings: undefined,
      profile: undefined,
      region: undefined,
      isYes: false,
      cdkArguments: [],
    })
    expect(parseDeployArguments(['--yes'])).toMatchObject({ isYes: true, cdkArguments: [] })
    expect(() => parseDeployArguments(['-c', 'production'])).toThrow('--context expects key=value')
  })

  it('prints the outputs and the next commands', () => {
    expect(
      nextSteps({
        stack: 'GumloopMcp-production',
        outputs: { ConnectorBaseUrl: 'https://mcp.example.com', TableName: 'T1' },
        profile: 'platform',
        region: undefined,
      }),
    ).toBe(`
GumloopMcp-production is deployed.

  ConnectorBaseUrl  https://mcp.example.com
  TableName         T1

Next, store a Gumloop key (you are prompted for it; it is stored only in Secrets Manager):
  npm run -s cli -- account put --stack GumloopMcp-production --profile platform --account main --user-id YOUR_GUMLOOP_USER_ID

Then create the first connector URL for ChatGPT:
  npm run -s cli -- connector create --stack GumloopMcp-production --profile platform --account main --name chatgpt
`)
    const withConsole = nextSteps({
      stack: 'GumloopMcp-x',
      outputs: { ConsoleUrl: 'https://mcp.example.com/console' },
      profile: undefined,
      region: undefined,
    })
    expect(withConsole).toContain(
      '\n  npm run -s cli -- api-token create --stack GumloopMcp-x --name console --scopes admin --expires-at 90d\n',
    )
  })
})
