import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseStageConfig, STAGE_NAME, type StageConfig, StageConfigError } from './stage-config.ts'

/**
 * The stage of that name, read from `<folder>/<name>.json`.
 * @param name from `-c stage=…`, so anything that was typed; undefined: the stage `default`.
 * @param overrides from `-c settings='{"memorySizeMb": 256}'`: settings that win over the file's; undefined: none.
 * @throws StageConfigError when there is no such file, it is not JSON, or its settings are wrong.
 */
export function readStageFile(
  name: unknown = 'default',
  folder = 'stages',
  overrides?: unknown,
): StageConfig {
  const source = `${folder}/${String(name)}.json`
  // The pattern also keeps a name with dots or slashes from reading a file elsewhere.
  if (typeof name !== 'string' || !STAGE_NAME.test(name) || !existsSync(join(folder, `${name}.json`))) {
    throw new StageConfigError(source, [`there is no such stage; there are ${stageNames(folder).join(', ')}`])
  }
  const settings = parseJson(source, readFileSync(join(folder, `${name}.json`), 'utf8'))
  if (overrides === undefined) return parseStageConfig(name, settings, source)
  const given = parseJson('-c settings', String(overrides))
  return parseStageConfig(name, Object.assign({}, settings, given), `${source} with -c settings`)
}

/** Names of the stages that have a file in `folder`. */
export function stageNames(folder = 'stages'): string[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => file.slice(0, -'.json'.length))
    .sort()
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
