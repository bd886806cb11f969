import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseStageConfig, STAGE_NAME, type StageConfig, StageConfigError } from './stage-config.ts'

/** Needs no file: it has no settings, unless somebody writes them down. */
const DEFAULT_STAGE = 'default'

/**
 * The stage of that name, read from `<folder>/<name>.json`.
 * @param name from `-c stage=…`, so anything that was typed; undefined: the stage `default`.
 * @param overrides from `-c settings='{"memorySizeMb": 256}'`: settings that win over the file's; undefined: none.
 * @throws StageConfigError when there is no such file, it is not JSON, or its settings are wrong.
 */
export function readStageFile(
  name: unknown = DEFAULT_STAGE,
  folder = 'stages',
  overrides?: unknown,
): StageConfig {
  const source = `${basename(folder)}/${String(name)}.json`
  const names = stageNames(folder)
  // Only names that are listed: one with dots or slashes could read a file elsewhere.
  if (typeof name !== 'string' || !STAGE_NAME.test(name) || !names.includes(name)) {
    throw new StageConfigError(source, [
      `there is no such stage; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`,
    ])
  }
  const file = join(folder, `${name}.json`)
  const settings = parseJson(source, existsSync(file) ? readFileSync(file, 'utf8') : '{}')
  if (overrides === undefined) return parseStageConfig(name, settings, source)
  const given = parseJson('-c settings', String(overrides))
  return parseStageConfig(name, Object.assign({}, settings, given), `${source} with -c settings`)
}

/** Names of the stages that have a file in `folder`, which need not exist, and `default`. */
export function stageNames(folder = 'stages'): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.json')) : []
  return [...new Set([DEFAULT_STAGE, ...files.map(file => file.slice(0, -'.json'.length))])].sort()
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StageConfigError(source, [
      `not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    ])
  }
}
