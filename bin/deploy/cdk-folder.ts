/**
 * `.gumloop-mcp/` in the folder that somebody deploys from: the pinned CDK packages, this version's CDK app and the
 * functions' code. A folder of its own keeps all of it apart from a CDK app or a `package.json` of the user's, and
 * lets the sandbox be tried without CDK. Nothing in it needs to be kept.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { NotReadyError } from './not-ready.ts'

export const CDK_FOLDER = '.gumloop-mcp'

/** What the installed packages take, on disk; the test of the package measures it. */
export const CDK_MEGABYTES = 225

/** In `dist/cdk` of the package. The last two pin every package, with its checksum. */
const FILES = ['app.cjs', 'cdk.json', 'package.json', 'package-lock.json']

export interface Preparation {
  /** The installed package of this program. */
  packageRoot: string
  /** Asks whether packages may be installed; called at most once. May reject where nobody can answer. */
  mayInstall(question: string): Promise<boolean>
}

/** Afterwards the folder is of this version. @throws NotReadyError where the answer is no, or npm fails. */
export async function prepareCdkFolder(
  folder: string,
  { packageRoot, mayInstall }: Preparation,
): Promise<void> {
  const source = path.join(packageRoot, 'dist/cdk')
  // Written when an installation is complete.
  const installedLock = path.join(folder, 'installed-lock.json')
  const isInstalled = isSame(path.join(source, 'package-lock.json'), installedLock)
  if (!isInstalled && !(await mayInstall(installQuestion(source)))) {
    throw new NotReadyError('Nothing was installed, and nothing was deployed.')
  }
  mkdirSync(folder, { recursive: true })
  // So that a repository around it does not take it up.
  writeFileSync(path.join(folder, '.gitignore'), '*\n')
  for (const file of FILES) copyFileSync(path.join(source, file), path.join(folder, file))
  cpSync(path.join(packageRoot, 'dist/lambda'), path.join(folder, 'lambda'), { recursive: true })
  if (isInstalled) return
  rmSync(installedLock, { force: true })
  await installPackages(folder)
  copyFileSync(path.join(source, 'package-lock.json'), installedLock)
}

function isSame(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other))
}

function installQuestion(source: string): string {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(source, 'package.json'), 'utf8'),
  )
  const packages = Object.entries(manifest.dependencies).map(([name, version]) => `${name} ${version}`)
  return `AWS CDK is needed (${packages.join(', ')}). Install it into ${CDK_FOLDER}/ in this folder, about ${CDK_MEGABYTES} MB?`
}

function installPackages(folder: string): Promise<void> {
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  // On Windows npm is a batch file, which only a shell runs; the words are ours, so there is nothing to quote.
  const child = spawn('npm', words, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
  return new Promise((resolve, reject) => {
    child.once('error', error =>
      reject(
        new NotReadyError(
          'code' in error && error.code === 'ENOENT'
            ? 'npm was not found. It comes with Node: https://nodejs.org'
            : `npm could not be started: ${error.message}`,
        ),
      ),
    )
    child.once('exit', code => {
      if (code === 0) resolve()
      else reject(new NotReadyError('npm could not install AWS CDK; its output is above.'))
    })
  })
}
