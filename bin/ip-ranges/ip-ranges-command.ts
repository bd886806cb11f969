/** The command `ip-ranges`. It reads and writes only what its arguments name. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { IP_RANGES_LIMIT_BYTES, ipRangesBytes } from '../../lib/api/ip-ranges.ts'
import { StageConfigError } from '../../lib/stage/stage-config.ts'
import { readStageFile } from '../../lib/stage/stage-file.ts'
import { commandLine } from '../installation.ts'
import { formatRange, joinRanges, parseRange } from './address-range.ts'
import { RangesError, rangesIn, readSource, typedRange } from './read-ranges.ts'

const USAGE = `Usage: ${commandLine('ip-ranges', 'FILE|URL [options]')}

  --add RANGE     add an address or range of your own; can be repeated
  --stage NAME    write the setting into stages/NAME.json instead of printing it
  --check         with --stage: change nothing, only check whether the stage allows the same addresses
  -h, --help      show this help

Examples:
  ${commandLine('ip-ranges', 'https://openai.com/chatgpt-connectors.json')}
  ${commandLine('ip-ranges', 'chatgpt-connectors.json --add 203.0.113.0/24 --stage production')}`

/** Environment of the command. */
export interface CommandEnvironment {
  /** Folder of the stage files. */
  stages: string
  print(text: string): void
  printError(text: string): void
}

/** Never throws because of its input. @returns the exit code. */
export async function ipRanges(words: string[], environment: CommandEnvironment): Promise<number> {
  try {
    return await run(words, environment)
  } catch (error) {
    const isUsage =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
    if (!(error instanceof RangesError || error instanceof StageConfigError || isUsage)) throw error
    environment.printError(error instanceof Error ? error.message : String(error))
    return 2
  }
}

async function run(words: string[], environment: CommandEnvironment): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      add: { type: 'string', multiple: true, default: [] },
      stage: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    environment.print(USAGE)
    return 0
  }
  const [source] = positionals
  if (source === undefined || positionals.length > 1 || (values.check && values.stage === undefined)) {
    environment.printError(USAGE)
    return 2
  }
  const published = rangesIn(await readSource(source), source)
  const ranges = joinRanges([...published, ...values.add.map(typedRange)]).map(formatRange)
  const bytes = ipRangesBytes(ranges)
  if (bytes > IP_RANGES_LIMIT_BYTES) {
    throw new RangesError(
      `${ranges.length} ranges take ${bytes} bytes in the API's resource policy, which has room for ${IP_RANGES_LIMIT_BYTES}. Filter in a firewall in front of the API instead.`,
    )
  }
  if (values.stage === undefined) environment.print(JSON.stringify({ allowedIpRanges: ranges }, null, 2))
  else if (values.check) return compare(values.stage, ranges, source, environment)
  else write(values.stage, ranges, environment)
  return 0
}

function write(stage: string, allowedIpRanges: string[], { stages, print }: CommandEnvironment): void {
  readStageFile(stage, stages) // throws for an invalid name or file
  const file = join(stages, `${stage}.json`)
  // The default stage needs no file, and no folder, until it has a setting.
  const settings: object = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  mkdirSync(stages, { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...settings, allowedIpRanges }, null, 2)}\n`)
  print(
    `${file}: ${allowedIpRanges.length} ranges. To apply them: ${commandLine('deploy', `-c stage=${stage}`)}`,
  )
}

function compare(
  stage: string,
  ranges: string[],
  source: string,
  { stages, print }: CommandEnvironment,
): number {
  const { allowedIpRanges } = readStageFile(stage, stages)
  const current = joinRanges(allowedIpRanges.flatMap(range => parseRange(range) ?? [])).map(formatRange)
  const missing = ranges.filter(range => !current.includes(range))
  const extra = current.filter(range => !ranges.includes(range))
  if (missing.length + extra.length === 0) {
    print(`${stages}/${stage}.json allows the addresses of ${source}.`)
    return 0
  }
  print(
    [
      `${stages}/${stage}.json and ${source} differ:`,
      ...missing.map(range => `  + ${range}`),
      ...extra.map(range => `  - ${range}`),
    ].join('\n'),
  )
  return 1
}
