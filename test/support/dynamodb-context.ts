/** What IAM gets to see of a request to DynamoDB: the condition keys that DynamoDB fills in. */
import { TABLE } from '../../lambda/shared/names.ts'

type AttributeMap = Record<string, { S?: string }>

/** A request of ours in DynamoDB's JSON; only expressions, none of the legacy parameters. */
export interface DynamoDbInput {
  TableName?: string
  /** Of BatchGetItem, by table. */
  RequestItems?: Record<string, { Keys: AttributeMap[] }>
  IndexName?: string
  Key?: AttributeMap
  Item?: AttributeMap
  UpdateExpression?: string
  ConditionExpression?: string
  KeyConditionExpression?: string
  ProjectionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: AttributeMap
  ReturnValues?: string
}

/** Context keys of the operation (`UpdateItem`) with this input. */
export function dynamoDbContext(operation: string, input: DynamoDbInput): Record<string, string[]> {
  if (operation === 'BatchGetItem') {
    const keys = Object.values(input.RequestItems ?? {}).flatMap(({ Keys }) => Keys)
    return { 'dynamodb:LeadingKeys': keys.flatMap(key => key[TABLE.partitionKey]?.S ?? []) }
  }
  const key = input.Key ?? input.Item
  const names = input.ExpressionAttributeNames ?? {}
  const attributes = new Set<string>()
  if (operation !== 'GetItem') for (const name of Object.keys(key ?? {})) attributes.add(name)
  for (const expression of [
    input.UpdateExpression,
    input.ConditionExpression,
    input.KeyConditionExpression,
    input.ProjectionExpression,
  ]) {
    for (const name of attributesIn(expression ?? '')) attributes.add(names[name] ?? name)
  }
  const leadingKey = key === undefined ? queriedPartition(input) : key[TABLE.partitionKey]?.S
  return {
    ...(leadingKey === undefined ? {} : { 'dynamodb:LeadingKeys': [leadingKey] }),
    ...(attributes.size === 0 ? {} : { 'dynamodb:Attributes': [...attributes] }),
    ...(operation === 'GetItem' || operation === 'Query'
      ? {}
      : { 'dynamodb:ReturnValues': [input.ReturnValues ?? 'NONE'] }),
  }
}

const KEYWORDS = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'IN', 'BETWEEN'])

/** Top-level attributes that an expression names, `#placeholders` among them. */
function attributesIn(expression: string): string[] {
  return [...expression.matchAll(/(?<![\w.:#])#?[A-Za-z_]\w*(?!\w|\s*\()/g)]
    .map(([name]) => name)
    .filter(name => !KEYWORDS.has(name.toUpperCase()))
}

function queriedPartition(input: DynamoDbInput): string | undefined {
  const [, value = ''] = /=\s*(:\w+)/.exec(input.KeyConditionExpression ?? '') ?? []
  return input.ExpressionAttributeValues?.[value]?.S
}
