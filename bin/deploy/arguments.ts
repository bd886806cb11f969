import { parseArgs } from 'node:util'
import { commandLine } from '../installation.ts'

export const USAGE = `Usage: ${commandLine('deploy', '[options]')}

  -c, --context stage=NAME   deploy stages/NAME.json (default: stages/default.json);
                             other keys are passed to the CDK app
      --profile NAME         AWS profile
      --region REGION        AWS region, if the stage file does not set one
  -y, --yes                  install AWS CDK without asking, if it is missing
  -h, --help                 show this help

Examples:
  ${commandLine('deploy')}
  ${commandLine('deploy', '-c stage=production --profile platform')}`

export interface DeployOptions {
  /** Name of the stage; undefined: the default one. */
  stage: string | undefined
  /** JSON of settings that override the stage file's; undefined: none. */
  settings: string | undefined
  profile: string | undefined
  region: string | undefined
  /** Installs missing packages without asking. */
  isYes: boolean
  /** The same options for the CDK CLI. */
  cdkArguments: string[]
}

/** Invalid command line; the message says which part. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws UsageError */
export function parseDeployArguments(args: string[]): DeployOptions | 'help' {
  const { context = [], profile, region, yes: isYes = false, help } = parse(args)
  if (help) return 'help'
  const pairs = new Map(context.map(toPair))
  return {
    stage: pairs.get('stage'),
    settings: pairs.get('settings'),
    profile,
    region,
    isYes,
    cdkArguments: [
      ...context.flatMap(pair => ['--context', pair]),
      ...(profile === undefined ? [] : ['--profile', profile]),
      ...(region === undefined ? [] : ['--region', region]),
    ],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        context: { type: 'string', short: 'c', multiple: true },
        profile: { type: 'string' },
        region: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function toPair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--context expects key=value, such as stage=production, not "${text}".`)
  return [text.slice(0, at), text.slice(at + 1)]
}
