/** `gumloop-mcp disable`, `gumloop-mcp enable`: the whole MCP endpoint of a deployed stack. */
import { usageFailure } from './cli-failure.ts'
import type { Command, Given } from './command.ts'
import { openEndpoint, shutEndpoint } from './endpoint-switch.ts'

const disable: Command = {
  words: ['disable'],
  about: 'shut the MCP endpoint of a stack at once, for all connectors',
  options: {},
  examples: ['disable --stack GumloopMcp-prod'],
  async run({ given, terminal }) {
    const stack = stackOf(given, 'disable')
    const door = await shutEndpoint(stack)
    if (terminal.wantsJson) return terminal.json(door)
    terminal.line(`${terminal.paint('red', 'Shut:')} ${door.function} takes no call any more.`)
    terminal.line('Calls that are running end by themselves; administration goes on as before.')
    terminal.line(`Open it again with: gumloop-mcp enable --stack ${stack}`)
  },
}

const enable: Command = {
  words: ['enable'],
  about: 'open the MCP endpoint of a stack again',
  options: {},
  examples: ['enable --stack GumloopMcp-prod'],
  async run({ given, terminal }) {
    const door = await openEndpoint(stackOf(given, 'enable'))
    if (terminal.wantsJson) return terminal.json(door)
    const atOnce =
      door.reserved_concurrency === null
        ? 'as many calls at once as the account has room for'
        : `${door.reserved_concurrency} calls at once`
    terminal.line(`${terminal.paint('green', 'Open:')} ${door.function} takes ${atOnce}.`)
  },
}

export const ENDPOINT_COMMANDS: Command[] = [disable, enable]

function stackOf(given: Given, word: string): string {
  const stack = given.text('stack')
  if (stack !== undefined) return stack
  throw usageFailure(
    '--stack must be given: a local server is stopped where it runs.',
    `gumloop-mcp ${word} --help shows what there is. One connector alone: gumloop-mcp connector ${word} ID.`,
  )
}
