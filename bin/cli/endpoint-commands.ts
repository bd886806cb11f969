/** `gumloop-mcp disable`, `gumloop-mcp enable`: the whole MCP endpoint of a deployed stack. */
import { usageFailure } from './cli-failure.ts'
import type { Args, Command } from './command.ts'
import { closeEndpoint, openEndpoint } from './endpoint-switch.ts'

const disable: Command = {
  words: ['disable'],
  about: 'close the MCP endpoint of a stack immediately, for all connectors (kill switch)',
  options: {},
  examples: ['disable --stack GumloopMcp-prod'],
  async run({ args, terminal }) {
    const stack = stackOf(args, 'disable')
    const endpoint = await closeEndpoint(stack)
    if (terminal.wantsJson) return terminal.json(endpoint)
    terminal.line(`${terminal.paint('red', 'Closed:')} ${endpoint.function} accepts no calls.`)
    terminal.line('Running calls finish; administration is not affected.')
    terminal.line(`To open it again: gumloop-mcp enable --stack ${stack}`)
  },
}

const enable: Command = {
  words: ['enable'],
  about: 'open the MCP endpoint of a stack again',
  options: {},
  examples: ['enable --stack GumloopMcp-prod'],
  async run({ args, terminal }) {
    const endpoint = await openEndpoint(stackOf(args, 'enable'))
    if (terminal.wantsJson) return terminal.json(endpoint)
    const concurrency =
      endpoint.reserved_concurrency === null
        ? "as many concurrent calls as the AWS account's limit allows"
        : `up to ${endpoint.reserved_concurrency} concurrent calls`
    terminal.line(`${terminal.paint('green', 'Open:')} ${endpoint.function} accepts ${concurrency}.`)
  },
}

export const ENDPOINT_COMMANDS: Command[] = [disable, enable]

function stackOf(args: Args, word: string): string {
  const stack = args.text('stack')
  if (stack !== undefined) return stack
  throw usageFailure(
    '--stack is required. To stop a local server, press Ctrl+C where it runs.',
    `For a single connector: gumloop-mcp connector ${word} ID. See gumloop-mcp ${word} --help.`,
  )
}
