/** The pinned CDK CLI with this server's app: that of the checkout, or one that is installed when it is first needed. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { confirm } from '../cli/terminal-input.ts'
import { isCheckout, PACKAGE_ROOT } from '../installation.ts'
import { CDK_FOLDER, prepareCdkFolder } from './cdk-folder.ts'
import { NotReadyError } from './not-ready.ts'

/** Runs it with these words. Resolves with its exit code; what it prints goes to the terminal. */
export type RunCdk = (words: string[]) => Promise<number>

/**
 * @param isYes true: install what is missing without asking.
 * @throws NotReadyError where something is missing and may not be installed, or its installation fails.
 */
export async function openCdk({ isYes }: { isYes: boolean }): Promise<RunCdk> {
  const folder = isCheckout ? process.cwd() : path.resolve(CDK_FOLDER)
  if (!isCheckout) {
    await prepareCdkFolder(folder, {
      packageRoot: PACKAGE_ROOT,
      mayInstall: question => (isYes ? Promise.resolve(true) : ask(question)),
    })
  }
  // Never one that happens to be installed on the machine: it must fit the library that the app is written with.
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
    throw new NotReadyError(`${question}\nThere is no terminal to answer on. In a script, add --yes.`)
  }
  return confirm(question, process.stdin, process.stderr)
}
