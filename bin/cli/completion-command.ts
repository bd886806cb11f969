/** `gumloop-mcp completion` */
import { usageFailure } from './cli-failure.ts'
import type { Command } from './command.ts'

/** Each asks the program itself what may come next, so that it knows new commands and ids without being made anew. */
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
  about: 'print what makes the shell complete commands, options and ids (bash or zsh)',
  argument: 'SHELL',
  options: {},
  examples: ['completion bash >> ~/.bashrc', 'completion zsh >> ~/.zshrc'],
  async run({ given, terminal }) {
    const script = Object.hasOwn(SCRIPTS, given.id) ? SCRIPTS[given.id] : undefined
    if (script === undefined)
      throw usageFailure(`There is no completion for ${given.id}.`, 'Use bash or zsh.')
    terminal.line(script)
  },
}
