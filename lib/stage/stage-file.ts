import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseStageConfig, STAGE_NAME, type StageConfig, StageConfigError } from './stage-config.ts'

/** Needs no file: without one, all defaults apply. */
const DEFAULT_STAGE = 'default'

/**
 * Reads the stage `<folder>/<name>.json`.
 * @param name from `-c stage=…`, unvalidated; undefined: the stage `default`.
 * @param overrides from `-c settings='{"memorySizeMb": 256}'`: settings that override the file's; undefined: none.
 * @throws StageConfigError if the file does not exist, is not JSON, or has invalid settings.
 */
export function readStageFile(
  name: unknown = DEFAULT_STAGE,
  folder = 'stages',
  overrides?: unknown,
): StageConfig {
  const source = `${basename(folder)}/${String(name)}.json`
  const names = stageNames(folder)
  // Only listed names: one with dots or slashes could read a file outside the folder.
  if (typeof name !== 'string' || !STAGE_NAME.test(name) || !names.includes(name)) {
    throw new StageConfigError(source, [`stage not found; available stages: ${names.join(', ')}`])
  }
  const file = join(folder, `${name}.json`)
  const settings = parseJson(source, existsSync(file) ? readFileSync(file, 'utf8') : '{}')
  if (overrides === undefined) return parseStageConfig(name, settings, source)
  const overriding = parseJson('-c settings', String(overrides))
  return parseStageConfig(name, Object.assign({}, settings, overriding), `${source} with -c settings`)
}

/** Names of the stages with a file in `folder`, which need not exist, and `default`. */
export function stageNames(folder = 'stages'): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.json')) : []
  return [...new Set([DEFAULT_STAGE, ...files.map(file => file.slice(0, -'.json'.length))])].sort()
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) // editors on Windows begin files with it
  } catch (error) {
    throw new StageConfigError(source, [
      `not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    ])
  }
}
