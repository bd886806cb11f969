/**
 * A deployment from the installed package, in a folder that has nothing else: from the first question to the stack on
 * the AWS emulator and its end. Told in order: each step needs the one before.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startSandbox } from 'gumloop-sandbox'
import { afterAll, describe, expect, test } from 'vitest'
import { CDK_MEGABYTES } from '../../bin/deploy/cdk-folder.ts'
import { startEmulator } from '../deploy/emulator.ts'
import { installPackage, megabytesOf, runProgram, userEnvironment } from '../support/installed-package.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

const { folder, installed, command, remove } = await installPackage(ROOT)
afterAll(remove)

const run = (program: string, args: string[], more: Record<string, string> = {}, cwd = folder) =>
  runProgram(program, args, { cwd, env: userEnvironment(more) })
const gumloopMcp = (...args: string[]) => run(command, args)

describe('the deployment', () => {
  const cdkFolder = path.join(folder, '.gumloop-mcp')
  const template = (stage: string) =>
    readFileSync(path.join(cdkFolder, `cdk.out/GumloopMcp-${stage}.template.json`), 'utf8')

  test('explains itself, and says what is missing before it installs anything', async () => {
    expect(await gumloopMcp('deploy', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage: gumloop-mcp deploy \[options\]\n[\s\S]*--yes/),
    })
    expect(await run(command, ['deploy', '--yes'], { AWS_REGION: 'eu-central-1', HOME: folder })).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^No AWS credentials were found\. .*gumloop-mcp deploy --profile NAME/),
    })
    expect(existsSync(cdkFolder)).toBe(false)
  })

  test('installs nothing where nobody can be asked', async () => {
    const { status, stdout, stderr } = await gumloopMcp('cdk', 'synth')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^AWS CDK is required \(aws-cdk \S+, aws-cdk-lib .*\n.*add --yes\.\n$/)
    expect(existsSync(cdkFolder)).toBe(false)
  })

  test('synthesizes, after it has installed CDK, what the checkout synthesizes', {
    timeout: 300_000,
  }, async () => {
    const first = await gumloopMcp('cdk', 'synth', '-q', '--yes')
    expect(first.status, first.stderr).toBe(0)
    const reference = path.join(folder, 'cdk.out')
    const checkout = await run('npx', ['cdk', 'synth', '-q', '--output', reference], {}, ROOT)
    expect(checkout.status, checkout.stderr).toBe(0)
    expect(template('default')).toBe(
      readFileSync(path.join(reference, 'GumloopMcp-default.template.json'), 'utf8'),
    )
    const megabytes = megabytesOf(path.join(cdkFolder, 'node_modules'))
    expect(Math.abs(megabytes / CDK_MEGABYTES - 1), `${megabytes} MB`).toBeLessThan(0.15)
    expect(readFileSync(path.join(cdkFolder, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('takes stage files from this folder, and installs once', { timeout: 60_000 }, async () => {
    mkdirSync(path.join(folder, 'stages'))
    writeFileSync(path.join(folder, 'stages/mine.json'), '{"memorySizeMb": 1024}')
    const { status, stdout, stderr } = await gumloopMcp('cdk', 'synth', '-q', '-c', 'stage=mine')
    expect([status, stdout], stderr).toEqual([0, ''])
    expect(template('mine')).toContain('"MemorySize": 1024')
  })

  test('deploys and destroys', { timeout: 400_000 }, async () => {
    const emulator = await startEmulator()
    const sandbox = await startSandbox()
    try {
      cpSync(path.join(installed, 'stages/emulator.json'), path.join(folder, 'stages/emulator.json'))
      const gumloop = `${sandbox.url}/api/v1`
      const settings = JSON.stringify({ gumloopBaseUrl: gumloop, gumloopStreamBaseUrl: gumloop })
      const context = ['-c', 'stage=emulator', '-c', `settings=${settings}`]
      const deployed = await run(command, ['deploy', ...context], emulator.environment)
      expect(deployed.status, `${deployed.stdout}${deployed.stderr}`.slice(-3000)).toBe(0)
      expect(deployed.stdout).toMatch(/GumloopMcp-emulator is deployed\.[\s\S]*ConnectorBaseUrl +https:/)
      expect(deployed.stdout).toContain('  gumloop-mcp account put --stack GumloopMcp-emulator')
      const accounts = await run(
        command,
        ['account', 'list', '--json', '--stack', 'GumloopMcp-emulator'],
        emulator.environment,
      )
      expect([accounts.status, JSON.parse(accounts.stdout).result], accounts.stderr).toEqual([0, []])
      const destroyed = await run(command, ['cdk', 'destroy', '--force', ...context], emulator.environment)
      expect(destroyed.status, destroyed.stderr.slice(-3000)).toBe(0)
    } finally {
      await sandbox.close()
      await emulator.stop()
    }
  })
})
