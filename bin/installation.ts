/**
 * Where this program runs from: a checkout, which has its sources, or the installed package, which has only the build
 * output. The commands differ between the two, and every text shows the ones that work.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Contains `bin/` with this file, or `dist/` with its bundle. */
export const PACKAGE_ROOT = path.join(import.meta.dirname, '..')

export const isCheckout = existsSync(path.join(PACKAGE_ROOT, 'scripts/build.ts'))

/** The programs besides administration. `start` is the default. */
export const PROGRAMS = {
  start: 'run the server on this machine, with the sandbox or with your Gumloop key',
  deploy: 'deploy the server to your AWS account',
  cdk: 'run AWS CDK on this server: synth, diff, destroy and so on',
  'ip-ranges': 'write published IP ranges into a stage file',
  sandbox: 'run the sandbox alone, a local Gumloop simulator',
} as const
export type Program = keyof typeof PROGRAMS

export function isProgram(word: string): word is Program {
  return Object.hasOwn(PROGRAMS, word)
}

/** A command line for texts: `commandLine('start', '--port 8788')`. `cli` is the administration command line. */
export function commandLine(
  program: Program | 'cli',
  words = '',
  place = { isCheckout, env: process.env },
): string {
  const join = (...parts: string[]) => parts.filter(part => part !== '').join(' ')
  if (!place.isCheckout) {
    // `npx` runs the package from a folder that is not on PATH.
    const name = place.env.npm_command === 'exec' ? 'npx gumloop-mcp' : 'gumloop-mcp'
    return join(name, program === 'start' || program === 'cli' ? '' : program, words)
  }
  if (program === 'cli') return join('npm run -s cli --', words)
  if (program === 'cdk') return join('npx cdk', words)
  const script = program === 'start' ? 'npm start' : `npm run ${program}`
  return words === '' ? script : `${script} -- ${words}`
}

/** The version in package.json, such as `0.2.0`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'))
  return String(version)
}
