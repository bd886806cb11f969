/** Words on the command line → a command with its options, or what is wrong with them. Pure. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearMisses } from '../../lambda/admin/near-miss.ts'
import { usageFailure } from './cli-failure.ts'
import type { Command, Given, Option } from './command.ts'
import { COMMANDS, COMMON_OPTIONS } from './commands.ts'

export type CommandLine =
  | { kind: 'overview'; group?: string }
  | { kind: 'command'; command: Command; given: Given }

/** Throws `CliFailure` (usage) for what is no command line of ours. */
export function parseCommandLine(argv: string[]): CommandLine {
  if (argv[0] === undefined || argv[0] === 'help' || isHelp(argv[0])) return { kind: 'overview' }
  const [command] = COMMANDS.filter(({ words }) => words.every((word, at) => argv[at] === word)).sort(
    (a, b) => b.words.length - a.words.length,
  )
  if (command !== undefined) {
    return { kind: 'command', command, given: readGiven(command, argv.slice(command.words.length)) }
  }
  // The words that are known so far, and what may come after them.
  let known: string[] = []
  let siblings = [...COMMANDS]
  for (const word of argv) {
    const next = siblings.filter(({ words }) => words[known.length] === word)
    if (next.length === 0) break
    known = [...known, word]
    siblings = next
  }
  const typed = argv[known.length]
  if (typed === undefined || isHelp(typed)) return { kind: 'overview', group: known.join(' ') }
  const expected = [...new Set(siblings.flatMap(({ words }) => words[known.length] ?? []))]
  const prefix = known.map(word => `${word} `).join('')
  throw unknown(typed, expected, `${prefix}command`, prefix)
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

function readGiven(command: Command, args: string[]): Given {
  const options = { ...command.options, ...COMMON_OPTIONS }
  const { values, positionals } = parse(command, options, args)
  const given: Given = {
    text: name => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: name => (values[`no-${name}`] === true ? false : values[name] === true ? true : undefined),
    id: positionals[0] ?? '',
  }
  if (given.flag('help') === true) return given
  const expected = command.argument === undefined ? 0 : 1
  if (positionals.length > expected) {
    throw wrongUse(command, `${JSON.stringify(positionals[expected])} is one word too many.`)
  }
  if (expected === 1 && given.id === '') throw wrongUse(command, `${command.argument} is missing.`)
  const missing = Object.keys(command.options).filter(
    name => command.options[name]?.required && !given.text(name),
  )
  if (missing.length > 0)
    throw wrongUse(command, `${missing.map(name => `--${name}`).join(' and ')} must be given.`)
  return given
}

function parse(
  command: Command,
  options: Record<string, Option>,
  args: string[],
): { values: Record<string, unknown>; positionals: string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, { type, isNegatable }] of Object.entries(options)) {
    config[name] = { type }
    if (isNegatable) config[`no-${name}`] = { type }
  }
  try {
    const short = args.map(arg => (arg === '-h' ? '--help' : arg))
    return parseArgs({ args: short, options: config, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's words name the option at fault; what follows them is advice about other programs.
    const words = error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : String(error)
    const typed = /'--?([^' ]+)/.exec(words)?.[1]
    const meant = typed === undefined || typed in options ? [] : nearMisses(typed, Object.keys(options), 1)
    throw wrongUse(command, `${words}.${meant.map(name => ` Did you mean --${name}?`).join('')}`)
  }
}

function wrongUse({ words }: Command, message: string) {
  return usageFailure(message, `gumloop-mcp ${words.join(' ')} --help shows what there is.`)
}

function unknown(word: string, known: string[], kind: string, prefix: string) {
  const [meant] = nearMisses(word, known, 1)
  const suggestion =
    meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${prefix}${meant}?`
  return usageFailure(`There is no ${kind} ${JSON.stringify(word)}.`, suggestion)
}
