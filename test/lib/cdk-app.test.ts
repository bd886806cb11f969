import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeholderBundles } from '../support/placeholder-bundles.ts'

/** `cdk synth` for a user without an AWS account: no credentials, no configuration, no build. */
function synth(
  ...parameters: string[]
): Promise<{ code: number | null; output: string; assembly: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'gumloop-mcp-cdk-'))
  const cli = join('node_modules', 'aws-cdk', 'bin', 'cdk')
  const child = spawn(
    process.execPath,
    [
      cli,
      'synth',
      '-q',
      '--build',
      'true',
      '--output',
      folder,
      '-c',
      `bundleRoot=${placeholderBundles()}`,
      ...parameters,
    ],
    { env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' } },
  )
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  return new Promise(resolve =>
    child.once('close', code =>
      resolve({
        code,
        output,
        assembly: readdirSync(folder).filter(name => name.endsWith('.template.json')),
      }),
    ),
  )
}

describe('npx cdk synth', { timeout: 120_000 }, () => {
  it('works without credentials and prints nothing', async () => {
    expect(await synth()).toEqual({ code: 0, output: '', assembly: ['GumloopMcp-default.template.json'] })
  })

  it('leaves standard output to the template: the build before it prints nothing', () => {
    const { build } = JSON.parse(readFileSync('cdk.json', 'utf8'))
    const folder = relative('.', mkdtempSync(join('dist', 'cdk-build-')))
    try {
      const { status, stdout } = spawnSync(`${build} --out-dir ${folder}`, { shell: true, encoding: 'utf8' })
      expect([status, stdout]).toEqual([0, ''])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('fails for an unknown stage and lists the available ones', async () => {
    const { code, output } = await synth('-c', 'stage=nowhere')
    expect(code).toBe(1)
    expect(output).toMatch(
      /^stages\/nowhere\.json has an error:\n {2}- stage not found; available stages: default, emulator, production\n/,
    )
  })
})
