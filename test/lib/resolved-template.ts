/** A template as CloudFormation reads it in one place: its references to partition, region and account filled in. */
import type { Json, SynthesizedStage } from './synthesized-stage.ts'

export interface Place {
  partition: string
  region: string
  urlSuffix: string
}

export const ACCOUNT_ID = '111122223333'

/** Resources and outputs, every pseudo parameter and mapping resolved; `<id>` or `<id.attribute>` for the rest. */
export function resolveTemplate(stage: SynthesizedStage, place: Place): Record<string, Json> {
  const template: Json = JSON.parse(JSON.stringify(stage.template))
  if (!isObject(template)) throw new Error('a template is an object')
  const { Resources = {}, Outputs = {}, Mappings = {} } = template
  const pseudo: Record<string, string> = {
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
    'AWS::URLSuffix': place.urlSuffix,
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::NoValue': '',
  }
  const text = (value: Json | undefined): string => {
    const resolved = resolve(value ?? null)
    if (typeof resolved !== 'string') throw new Error(`no text: ${JSON.stringify(value)}`)
    return resolved
  }
  const resolve = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(resolve)
    if (!isObject(value)) return value
    const [[name = '', argument = null] = [], ...others] = Object.entries(value)
    if (others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::')))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]))
    if (name === 'Ref') return pseudo[String(argument)] ?? `<${String(argument)}>`
    if (name === 'Fn::Sub' && typeof argument === 'string')
      return argument.replace(/\$\{([^}]+)\}/g, (_, id: string) => pseudo[id] ?? `<${id}>`)
    if (!Array.isArray(argument)) throw new Error(`${name} is not known here`)
    const [first = null, second = null, third = null] = argument
    if (name === 'Fn::GetAtt') return `<${argument.map(String).join('.')}>`
    if (name === 'Fn::Join' && Array.isArray(second)) return second.map(text).join(text(first))
    if (name === 'Fn::FindInMap') return at(at(at(Mappings, text(first)), text(second)), text(third))
    throw new Error(`${name} is not known here`)
  }
  return { Resources: resolve(Resources), Outputs: resolve(Outputs) }
}

/** Every text in a value, however deep. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

function at(value: Json, key: string): Json {
  const found = isObject(value) ? value[key] : undefined
  if (found === undefined) throw new Error(`nothing at ${key}`)
  return found
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
