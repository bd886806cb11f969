/** Help texts, generated from the commands. Pure. */
import { commandLine, isProgram, PROGRAMS } from '../installation.ts'
import type { Command, Option } from './command.ts'
import { COMMANDS, COMMON_OPTIONS, GROUPS } from './commands.ts'

const PROGRAM = 'gumloop-mcp'

/** Help for the whole program, or for the commands that start with these words. */
export function overviewHelp(group?: string): string {
  const shown = COMMANDS.filter(
    command => group === undefined || `${command.words.join(' ')} `.startsWith(`${group} `),
  )
  const sections = Object.entries(GROUPS).flatMap(([name, about]) =>
    section(`${name}: ${about}`, name, shown),
  )
  const ungrouped = shown.filter(({ words }) => words.length === 1)
  return [
    `Usage: ${PROGRAM} ${group ?? 'GROUP'} COMMAND [options]`,
    '',
    ...sections,
    ...(ungrouped.length === 0 ? [] : ['Other commands', ...columns(ungrouped.map(row)), '']),
    ...(group === undefined ? ['To run and deploy the server', ...columns(programs()), ''] : []),
    `For options and examples: ${PROGRAM} ${group ?? 'GROUP'} COMMAND --help. In a checkout: npm run -s cli -- …`,
    '',
  ].join('\n')
}

/** Called as it works here, since in a checkout npm starts them. */
function programs(): [string, string][] {
  return Object.keys(PROGRAMS)
    .filter(isProgram)
    .map(name => [commandLine(name), PROGRAMS[name]])
}

function section(heading: string, group: string, shown: Command[]): string[] {
  const commands = shown.filter(({ words }) => words.length > 1 && words[0] === group)
  return commands.length === 0 ? [] : [heading, ...columns(commands.map(row)), '']
}

function row(command: Command): [string, string] {
  return [title(command), command.about]
}

export function commandHelp(command: Command): string {
  return [
    `Usage: ${PROGRAM} ${title(command)}${requiredOptions(command)} [options]`,
    '',
    `  ${sentence(command.about)}`,
    '',
    ...(Object.keys(command.options).length === 0 ? [] : ['Options', ...columns(rows(command.options)), '']),
    'Common options',
    ...columns(rows(COMMON_OPTIONS)),
    '',
    'Examples',
    ...command.examples.map(example => `  ${PROGRAM} ${example}`),
    '',
  ].join('\n')
}

function title({ words, argument, argumentIsOptional }: Command): string {
  const shown = argumentIsOptional === true ? `[${argument}]` : argument
  return [...words, ...(shown === undefined ? [] : [shown])].join(' ')
}

function requiredOptions({ options }: Command): string {
  return Object.entries(options)
    .filter(([, option]) => option.required)
    .map(([name, { value }]) => ` --${name} ${value}`)
    .join('')
}

function rows(options: Record<string, Option>): [string, string][] {
  return Object.entries(options).map(([name, { value, about, required }]) => [
    value === undefined ? `--${name}` : `--${name} ${value}`,
    required ? `${about} (required)` : about,
  ])
}

function columns(lines: [string, string][]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
