/** The two servers that the suite runs against: the product, and the suite's fixtures on the product's HTTP layer. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { createTable } from '../../lambda/aws/table.ts'
import { bundle } from '../../scripts/bundle/lambda-bundle.ts'
import { storeConnector } from '../support/connectors.ts'
import { startDynaliteTable, TABLE_NAME } from '../support/dynalite-table.ts'
import { startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import type { Build } from './expected-failures.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface RunningBuild {
  /** Includes the token. On `localhost`, as the suite's check of DNS rebinding requires. */
  url: string
  stop: () => Promise<void>
}

export const START: Record<Build, () => Promise<RunningBuild>> = {
  product: startProduct,
  fixtures: startFixtures,
}

async function startProduct(): Promise<RunningBuild> {
  const { folder, remove } = temporaryFolder()
  const server = await startLocalProgram(folder)
  return {
    url: server.connectorUrl ?? '',
    stop: async () => {
      await server.stop()
      remove()
    },
  }
}

async function startFixtures(): Promise<RunningBuild> {
  const table = await startDynaliteTable()
  const config = {
    methods: [],
    tags: [],
    tool_exposure: 'all' as const,
    require_api_token_auth: false,
    max_result_characters: 48_000,
  }
  const { token } = await storeConnector(createTable({ tableName: TABLE_NAME }), { config })
  const entry = path.join(import.meta.dirname, 'fixture-server.ts')
  const outfile = path.join(ROOT, 'dist/conformance/fixture-server.cjs')
  await bundle({ entry, outfile, kind: 'mcp', minify: false })
  const child = spawn(process.execPath, [outfile], {
    env: { ...process.env, TABLE_NAME },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>(resolve => child.on('exit', () => resolve()))
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', chunk => resolve(String(chunk).trim()))
    child.once('exit', code => reject(new Error(`the fixture server ended with ${code}`)))
  })
  return {
    url: `http://localhost:${port}/mcp/${token}`,
    stop: async () => {
      child.kill()
      await exited
      await table.close()
    },
  }
}
