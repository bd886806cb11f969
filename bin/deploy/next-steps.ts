import { commandLine } from '../installation.ts'

export interface Deployed {
  stack: string
  outputs: Record<string, string>
  profile: string | undefined
  region: string | undefined
}

/** The text after a deployment: the outputs, and the commands for the next steps. */
export function nextSteps({ stack, outputs, profile, region }: Deployed): string {
  const width = Math.max(...Object.keys(outputs).map(name => name.length), 0)
  const lines = Object.entries(outputs).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  const target = [
    `--stack ${stack}`,
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(region === undefined ? [] : [`--region ${region}`]),
  ].join(' ')
  return `
${stack} is deployed.

${lines.join('\n')}

Next, store a Gumloop key (you are prompted for it; it is stored only in Secrets Manager):
  ${commandLine('cli', `account put ${target} --account main --user-id YOUR_GUMLOOP_USER_ID`)}

Then create the first connector URL for ChatGPT:
  ${commandLine('cli', `connector create ${target} --account main --name chatgpt`)}
${outputs.ConsoleUrl === undefined ? '' : consoleStep(target)}`
}

/** The web console needs a token, and the first one can be created only through IAM. */
function consoleStep(target: string): string {
  return `
To sign in to the web console (ConsoleUrl), create an administrator token:
  ${commandLine('cli', `api-token create ${target} --name console --scopes admin --expires-at 90d`)}
`
}
