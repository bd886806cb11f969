/** `gumloop-mcp completion` */
import { usageFailure } from './cli-failure.ts'
import type { Command } from './command.ts'

/** Each script runs the program for candidates, so that it needs no update for new commands and ids. */
const SCRIPTS: Record<string, string> = {
  bash: `_gumloop_mcp() {
  local IFS=$'\\n'
  COMPREPLY=($(gumloop-mcp complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _gumloop_mcp gumloop-mcp`,
  zsh: `#compdef gumloop-mcp
_gumloop_mcp() {
  local -a found
  found=("\${(@f)$(gumloop-mcp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _gumloop_mcp gumloop-mcp`,
}

export const COMPLETION_COMMAND: Command = {
  words: ['completion'],
  about: 'print a script for shell completion of commands, options and ids (bash or zsh)',
  argument: 'SHELL',
  options: {},
  examples: ['completion bash >> ~/.bashrc', 'completion zsh >> ~/.zshrc'],
  async run({ args, terminal }) {
    const script = Object.hasOwn(SCRIPTS, args.id) ? SCRIPTS[args.id] : undefined
    if (script === undefined)
      throw usageFailure(`Completion is not available for ${args.id}.`, 'Use bash or zsh.')
    terminal.line(script)
  },
}
