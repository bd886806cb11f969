import { commandLine } from '../installation.ts'

export interface Deployed {
  stack: string
  outputs: Record<string, string>
  profile: string | undefined
  region: string | undefined
}

/** What is printed after a deployment: where everything is, and the two commands that make it usable. */
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

Next, store a Gumloop key (it is asked for, and goes to Secrets Manager only):
  ${commandLine('cli', `account put ${target} --account main --user-id YOUR_GUMLOOP_USER_ID`)}

and mint the first connector URL for ChatGPT:
  ${commandLine('cli', `connector create ${target} --account main --name chatgpt`)}
${outputs.ConsoleUrl === undefined ? '' : consoleStep(target)}`
}

/** The console asks for a token, and the first one can only come from here. */
function consoleStep(target: string): string {
  return `
The console (ConsoleUrl) asks for an administrator token:
  ${commandLine('cli', `api-token create ${target} --name console --scopes admin --expires-at 90d`)}
`
}
