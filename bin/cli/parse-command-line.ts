/** Words of the command line → a command with its arguments, or a usage error. Pure. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearMisses } from '../../lambda/admin/near-miss.ts'
import { commandLine, isCheckout, isProgram, PROGRAMS } from '../installation.ts'
import { usageFailure } from './cli-failure.ts'
import type { Args, Command, Option } from './command.ts'
import { COMMANDS, COMMON_OPTIONS } from './commands.ts'

export type CommandLine =
  | { kind: 'overview'; group?: string }
  | { kind: 'command'; command: Command; args: Args }

/** Throws `CliFailure` (usage) for an invalid command line. */
export function parseCommandLine(argv: string[]): CommandLine {
  if (argv[0] === undefined || argv[0] === 'help' || isHelp(argv[0])) return { kind: 'overview' }
  const [command] = COMMANDS.filter(({ words }) => words.every((word, at) => argv[at] === word)).sort(
    (a, b) => b.words.length - a.words.length,
  )
  if (command !== undefined) {
    return { kind: 'command', command, args: readArgs(command, argv.slice(command.words.length)) }
  }
  // The leading words that are known, and the commands that start with them.
  let known: string[] = []
  let siblings = [...COMMANDS]
  for (const word of argv) {
    const next = siblings.filter(({ words }) => words[known.length] === word)
    if (next.length === 0) break
    known = [...known, word]
    siblings = next
  }
  const unknownWord = argv[known.length]
  if (unknownWord === undefined || isHelp(unknownWord)) return { kind: 'overview', group: known.join(' ') }
  if (known.length === 0 && isProgram(unknownWord)) {
    throw usageFailure(
      `"${unknownWord}" is not an administration command.`,
      `Run: ${commandLine(unknownWord)}`,
    )
  }
  const programs = known.length === 0 && !isCheckout ? Object.keys(PROGRAMS) : []
  const expected = [...new Set([...siblings.flatMap(({ words }) => words[known.length] ?? []), ...programs])]
  const prefix = known.map(word => `${word} `).join('')
  throw unknown(unknownWord, expected, `${prefix}command`, prefix)
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

function readArgs(command: Command, words: string[]): Args {
  const options = { ...command.options, ...COMMON_OPTIONS }
  const { values, positionals } = parse(command, options, words)
  const args: Args = {
    text: name => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: name => (values[`no-${name}`] === true ? false : values[name] === true ? true : undefined),
    id: positionals[0] ?? '',
  }
  if (args.flag('help') === true) return args
  const expected = command.argument === undefined ? 0 : 1
  if (positionals.length > expected) {
    throw wrongUse(command, `Unexpected argument: ${JSON.stringify(positionals[expected])}.`)
  }
  if (expected === 1 && args.id === '' && command.argumentIsOptional !== true)
    throw wrongUse(command, `${command.argument} is required.`)
  const missing = Object.keys(command.options).filter(
    name => command.options[name]?.required && !args.text(name),
  )
  if (missing.length > 0)
    throw wrongUse(
      command,
      `${missing.map(name => `--${name}`).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} required.`,
    )
  return args
}

function parse(
  command: Command,
  options: Record<string, Option>,
  words: string[],
): { values: Record<string, unknown>; positionals: string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, { type, isNegatable }] of Object.entries(options)) {
    config[name] = { type }
    if (isNegatable) config[`no-${name}`] = { type }
  }
  try {
    const args = words.map(word => (word === '-h' ? '--help' : word))
    return parseArgs({ args, options: config, allowPositionals: true, strict: true })
  } catch (error) {
    // Only the first sentence of Node's message names the option; the rest is general advice.
    const message = error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : String(error)
    const typed = /'--?([^' ]+)/.exec(message)?.[1]
    const meant = typed === undefined || typed in options ? [] : nearMisses(typed, Object.keys(options), 1)
    throw wrongUse(command, `${message}.${meant.map(name => ` Did you mean --${name}?`).join('')}`)
  }
}

function wrongUse({ words }: Command, message: string) {
  return usageFailure(message, `See gumloop-mcp ${words.join(' ')} --help.`)
}

function unknown(word: string, known: string[], kind: string, prefix: string) {
  const [meant] = nearMisses(word, known, 1)
  const suggestion =
    meant === undefined ? `Available: ${known.join(', ')}.` : `Did you mean ${prefix}${meant}?`
  return usageFailure(`Unknown ${kind} ${JSON.stringify(word)}.`, suggestion)
}
