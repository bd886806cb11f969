/** The folder that the installed package deploys from; the installation itself is in test/e2e/package-deploy.slow.ts. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareCdkFolder } from '../../bin/deploy/cdk-folder.ts'
import { NotReadyError } from '../../bin/deploy/not-ready.ts'

let root: string
let packageRoot: string
let folder: string
const questions: string[] = []
const answer = (isYes: boolean) => ({
  packageRoot,
  mayInstall: async (question: string) => {
    questions.push(question)
    return isYes
  },
})

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cdk-folder-'))
  packageRoot = path.join(root, 'package')
  folder = path.join(root, 'work/.gumloop-mcp')
  questions.length = 0
  for (const part of ['cdk', 'lambda/mcp'])
    mkdirSync(path.join(packageRoot, 'dist', part), { recursive: true })
  writeInPackage('cdk/app.cjs', 'app 1')
  writeInPackage('cdk/cdk.json', '{}')
  // No dependency, so that npm has nothing to fetch.
  writeInPackage('cdk/package.json', '{"name": "x", "dependencies": {}}')
  writeInPackage('cdk/package-lock.json', lock(1))
  writeInPackage('lambda/mcp/index.cjs', 'function 1')
})
afterEach(() => rmSync(root, { recursive: true }))

const lock = (indent: number) =>
  JSON.stringify({ name: 'x', lockfileVersion: 3, packages: { '': { name: 'x' } } }, null, indent)

function writeInPackage(file: string, text: string): void {
  writeFileSync(path.join(packageRoot, 'dist', file), text)
}
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8')

test('installs nothing if the answer is no', async () => {
  await expect(prepareCdkFolder(folder, answer(false))).rejects.toThrow(NotReadyError)
  expect(questions).toEqual([
    expect.stringMatching(/^AWS CDK is required .*\.gumloop-mcp\/ in this folder, about \d+ MB\?$/),
  ])
  expect(existsSync(folder)).toBe(false)
})

test('asks only once, and always updates the app and the functions', {
  timeout: 60_000,
}, async () => {
  await prepareCdkFolder(folder, answer(true))
  expect([read('app.cjs'), read('lambda/mcp/index.cjs'), read('.gitignore')]).toEqual([
    'app 1',
    'function 1',
    '*\n',
  ])
  writeInPackage('cdk/app.cjs', 'app 2')
  writeInPackage('lambda/mcp/index.cjs', 'function 2')
  await prepareCdkFolder(folder, answer(false))
  expect([read('app.cjs'), read('lambda/mcp/index.cjs')]).toEqual(['app 2', 'function 2'])
  expect(questions.length).toBe(1)
})

test('asks again for a version with other CDK packages', { timeout: 60_000 }, async () => {
  await prepareCdkFolder(folder, answer(true))
  writeInPackage('cdk/package-lock.json', lock(2))
  await expect(prepareCdkFolder(folder, answer(false))).rejects.toThrow('Nothing was installed')
  expect(questions.length).toBe(2)
})

test('does not accept a failed installation', { timeout: 60_000 }, async () => {
  writeInPackage('cdk/package-lock.json', '{')
  await expect(prepareCdkFolder(folder, answer(true))).rejects.toThrow('npm could not install AWS CDK')
  await expect(prepareCdkFolder(folder, answer(false))).rejects.toThrow('Nothing was installed')
})
