/** `gumloop-mcp cdk …`: the pinned CDK CLI on this server's app; in a checkout, `npx cdk …` is the same. */
import { openCdk } from './deploy/cdk-command.ts'
import { NotReadyError } from './deploy/not-ready.ts'
import { commandLine } from './installation.ts'
import { prepareProcess } from './terminal-process.ts'

const USAGE = `Usage: ${commandLine('cdk', 'COMMAND [options]')}

Runs an AWS CDK command for this server, with all of its options. --yes answers every question with yes.

Examples:
  ${commandLine('cdk', 'synth -c stage=production')}     show what a deployment would create, without access to AWS
  ${commandLine('cdk', 'diff -c stage=production')}      show what it would change
  ${commandLine('cdk', 'destroy -c stage=production')}   remove the stack; the table and the secrets are retained`

async function main(words: string[]): Promise<number> {
  prepareProcess()
  const [command] = words
  if (command === undefined || command === '--help' || command === '-h') {
    console.log(USAGE)
    return command === undefined ? 2 : 0
  }
  try {
    const cdk = await openCdk({ isYes: words.includes('--yes') || words.includes('-y') })
    return await cdk(words)
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error
    console.error(error.message)
    return 1
  }
}

void main(process.argv.slice(2)).then(code => {
  process.exitCode = code
})
