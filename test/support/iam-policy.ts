/** Decides as IAM does whether a role's statements allow a request, as far as our policies use its language. */

export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: string | string[]
  /** Operator → context key → values. */
  Condition?: Record<string, Record<string, string | string[]>>
}

export interface AwsRequest {
  /** `dynamodb:UpdateItem`. */
  action: string
  /** ARN. */
  resource: string
  /** Context key → its values. A key that is absent was not part of the request. */
  context: Record<string, string[]>
}

/** True when a statement allows it and none denies it. Throws on an operator that it does not know. */
export function isAllowed(statements: readonly Statement[], request: AwsRequest): boolean {
  const applying = statements.filter(statement => applies(statement, request))
  return applying.some(one => one.Effect === 'Allow') && !applying.some(one => one.Effect === 'Deny')
}

/** True when the statement is about the request: its action, its resource and every condition match. */
export function applies(statement: Statement, { action, resource, context }: AwsRequest): boolean {
  return (
    list(statement.Action).some(pattern => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    list(statement.Resource).some(pattern => isLike(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], list(wanted))),
    )
  )
}

type Comparison = (value: string, pattern: string) => boolean

const COMPARISONS: Record<string, Comparison> = {
  StringEquals: (value, pattern) => value === pattern,
  StringNotEquals: (value, pattern) => value !== pattern,
  StringLike: isLike,
  Bool: (value, pattern) => value.toLowerCase() === pattern.toLowerCase(),
}
const NEGATED = new Set(['StringNotEquals'])

function holds(operator: string, values: string[] | undefined, wanted: string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(values === undefined || values.length === 0))
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const compare = COMPARISONS[name]
  if (compare === undefined || quantifier === 'ForAnyValue') throw new Error(`${operator} is not known here`)
  const matches = (value: string) =>
    NEGATED.has(name) ? wanted.every(one => compare(value, one)) : wanted.some(one => compare(value, one))
  // True of no values at all, as in IAM: policies must ask for the key's existence themselves.
  if (quantifier === 'ForAllValues') return (values ?? []).every(matches)
  if (values === undefined) return ifExists !== undefined || NEGATED.has(name)
  const [value = ''] = values
  return values.length === 1 && matches(value)
}

/** `*` stands for any characters, `?` for one. */
export function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, 's').test(value)
}

export function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value]
}
