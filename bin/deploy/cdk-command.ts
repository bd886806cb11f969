/** The pinned CDK CLI with this server's app: from the checkout, or installed on first use. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { confirm } from '../cli/terminal-input.ts'
import { isCheckout, PACKAGE_ROOT } from '../installation.ts'
import { CDK_FOLDER, prepareCdkFolder } from './cdk-folder.ts'
import { NotReadyError } from './not-ready.ts'

/** Runs the CDK CLI with these arguments. Resolves with its exit code; its output goes to the terminal. */
export type RunCdk = (words: string[]) => Promise<number>

/**
 * @param isYes installs missing packages without asking.
 * @throws NotReadyError if packages are missing and may not be installed, or their installation fails.
 */
export async function openCdk({ isYes }: { isYes: boolean }): Promise<RunCdk> {
  const folder = isCheckout ? process.cwd() : path.resolve(CDK_FOLDER)
  if (!isCheckout) {
    await prepareCdkFolder(folder, {
      packageRoot: PACKAGE_ROOT,
      mayInstall: question => (isYes ? Promise.resolve(true) : ask(question)),
    })
  }
  // Never a globally installed CLI: it must match the CDK library of the app.
  const { resolve } = createRequire(path.join(isCheckout ? PACKAGE_ROOT : folder, 'package.json'))
  const cli = path.join(path.dirname(resolve('aws-cdk/package.json')), 'bin', 'cdk')
  return words => {
    const child = spawn(process.execPath, [cli, ...words], { cwd: folder, stdio: 'inherit' })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', code => resolve(code ?? 1))
    })
  }
}

async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new NotReadyError(`${question}\nThis is not an interactive terminal. In a script, add --yes.`)
  }
  return confirm(question, process.stdin, process.stderr)
}
