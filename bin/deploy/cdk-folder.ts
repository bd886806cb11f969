/**
 * `.gumloop-mcp/` in the folder from which the server is deployed: the pinned CDK packages, this version's CDK app and
 * the functions' code. A separate folder does not interfere with the user's own CDK app or `package.json`, and the
 * sandbox can be tried without installing CDK. The folder can be deleted at any time.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { NotReadyError } from './not-ready.ts'

export const CDK_FOLDER = '.gumloop-mcp'

/** Disk space of the installed packages, as measured by the package test. */
export const CDK_MEGABYTES = 225

/** In `dist/cdk` of the package. The last two pin every package with its checksum. */
const FILES = ['app.cjs', 'cdk.json', 'package.json', 'package-lock.json']

export interface Preparation {
  /** The installed package of this program. */
  packageRoot: string
  /** Asks whether packages may be installed; called at most once. May reject if no user can answer. */
  mayInstall(question: string): Promise<boolean>
}

/** Brings the folder to this version. @throws NotReadyError if the answer is no, or npm fails. */
export async function prepareCdkFolder(
  folder: string,
  { packageRoot, mayInstall }: Preparation,
): Promise<void> {
  const source = path.join(packageRoot, 'dist/cdk')
  // Written after a complete installation.
  const installedLock = path.join(folder, 'installed-lock.json')
  const isInstalled = isSame(path.join(source, 'package-lock.json'), installedLock)
  if (!isInstalled && !(await mayInstall(installQuestion(source)))) {
    throw new NotReadyError('Nothing was installed, and nothing was deployed.')
  }
  mkdirSync(folder, { recursive: true })
  // Keeps the folder out of a surrounding Git repository.
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
  return `AWS CDK is required (${packages.join(', ')}). Install it into ${CDK_FOLDER}/ in this folder, about ${CDK_MEGABYTES} MB?`
}

function installPackages(folder: string): Promise<void> {
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  // On Windows npm is a batch file, which needs a shell; the arguments are constants, so nothing needs quoting.
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
