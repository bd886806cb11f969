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
  // The command line takes both from the environment, as every AWS tool does.
  const environment = [
    ...(profile === undefined ? [] : [`AWS_PROFILE=${profile}`]),
    ...(region === undefined ? [] : [`AWS_REGION=${region}`]),
  ]
  const cli = [...environment, 'npm run -s cli --'].join(' ')
  return `
${stack} is deployed.

${lines.join('\n')}

Next, store a Gumloop key (it is asked for, and goes to Secrets Manager only):
  ${cli} account put --stack ${stack} --account main --user-id YOUR_GUMLOOP_USER_ID

and mint the first connector URL for ChatGPT:
  ${cli} connector create --stack ${stack} --account main --name chatgpt
`
}
