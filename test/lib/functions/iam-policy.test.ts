/** The evaluator that the tests of permissions rest on, against the rules that AWS documents. */
import { describe, expect, test } from 'vitest'
import { dynamoDbContext } from '../../support/dynamodb-context.ts'
import { type AwsRequest, isAllowed, type Statement } from '../../support/iam-policy.ts'

const statement = (over: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'dynamodb:UpdateItem',
  Resource: 'arn:table',
  ...over,
})
const request = (over: Partial<AwsRequest> = {}): AwsRequest => ({
  action: 'dynamodb:UpdateItem',
  resource: 'arn:table',
  context: {},
  ...over,
})
const condition = (Condition: NonNullable<Statement['Condition']>) => [statement({ Condition })]

describe('a decision', () => {
  test('is no, unless a statement says yes', () => {
    expect(isAllowed([], request())).toBe(false)
    expect(isAllowed([statement()], request())).toBe(true)
    expect(isAllowed([statement()], request({ action: 'dynamodb:PutItem' }))).toBe(false)
    expect(isAllowed([statement()], request({ resource: 'arn:table/index/list' }))).toBe(false)
    expect(
      isAllowed([statement({ Resource: 'arn:*', Action: ['x:y', 'DynamoDB:Update*'] })], request()),
    ).toBe(true)
  })

  test('is no where one statement denies', () => {
    expect(isAllowed([statement(), statement({ Effect: 'Deny' })], request())).toBe(false)
  })

  test('treats other characters of a pattern as themselves', () => {
    const keys = condition({ StringLike: { k: 'A.B?*' } })
    expect(isAllowed(keys, request({ context: { k: ['A.Bc'] } }))).toBe(true)
    expect(isAllowed(keys, request({ context: { k: ['AxBc'] } }))).toBe(false)
    expect(isAllowed(keys, request({ context: { k: ['A.B'] } }))).toBe(false)
  })

  test('needs every condition', () => {
    const both = condition({ StringEquals: { a: '1', b: ['2', '3'] } })
    expect(isAllowed(both, request({ context: { a: ['1'], b: ['3'] } }))).toBe(true)
    expect(isAllowed(both, request({ context: { a: ['1'], b: ['4'] } }))).toBe(false)
    expect(isAllowed(both, request({ context: { a: ['1'] } }))).toBe(false)
  })

  test('takes "for all values" as true of none, and Null as the question whether there are any', () => {
    const open = condition({ 'ForAllValues:StringEquals': { k: ['a', 'b'] } })
    const closed = condition({ 'ForAllValues:StringEquals': { k: ['a', 'b'] }, Null: { k: 'false' } })
    expect(isAllowed(open, request())).toBe(true)
    expect(isAllowed(closed, request())).toBe(false)
    for (const statements of [open, closed]) {
      expect(isAllowed(statements, request({ context: { k: ['a'] } }))).toBe(true)
      expect(isAllowed(statements, request({ context: { k: ['a', 'c'] } }))).toBe(false)
    }
  })

  test('lets an absent key pass only where the operator says so', () => {
    expect(isAllowed(condition({ StringEqualsIfExists: { k: 'a' } }), request())).toBe(true)
    expect(
      isAllowed(condition({ StringEqualsIfExists: { k: 'a' } }), request({ context: { k: ['b'] } })),
    ).toBe(false)
    expect(isAllowed(condition({ StringNotEquals: { k: 'a' } }), request())).toBe(true)
    expect(
      isAllowed(condition({ StringNotEquals: { k: ['a', 'b'] } }), request({ context: { k: ['b'] } })),
    ).toBe(false)
  })

  test('is not made with an operator that the evaluator does not know', () => {
    expect(() => isAllowed(condition({ IpAddress: { k: 'a' } }), request())).toThrow('IpAddress')
  })
})

describe('what DynamoDB tells IAM of a request', () => {
  test('an update: its key, and every attribute that it writes or that its condition reads', () => {
    expect(
      dynamoDbContext('UpdateItem', {
        TableName: 't',
        Key: { pk: { S: 'RUN#1' }, sk: { S: 'RUN' } },
        UpdateExpression: 'SET #a = :v, b.inner = :w, c[0] = if_not_exists(d, :x) REMOVE e ADD f :one',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(g) OR #h < :v)',
        ExpressionAttributeNames: { '#a': 'state', '#h': 'last_used_at' },
        ReturnValues: 'ALL_OLD',
      }),
    ).toEqual({
      'dynamodb:LeadingKeys': ['RUN#1'],
      'dynamodb:Attributes': ['pk', 'sk', 'state', 'b', 'c', 'd', 'e', 'f', 'g', 'last_used_at'],
      'dynamodb:ReturnValues': ['ALL_OLD'],
    })
  })

  test('an item that is put: all of its attributes', () => {
    expect(
      dynamoDbContext('PutItem', {
        TableName: 't',
        Item: { pk: { S: 'START#1' }, sk: {}, id: {} },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ).toEqual({
      'dynamodb:LeadingKeys': ['START#1'],
      'dynamodb:Attributes': ['pk', 'sk', 'id'],
      'dynamodb:ReturnValues': ['NONE'],
    })
  })

  test('a read of the whole item: its key alone', () => {
    expect(dynamoDbContext('GetItem', { TableName: 't', Key: { pk: { S: 'A#1' }, sk: { S: 'A' } } })).toEqual(
      {
        'dynamodb:LeadingKeys': ['A#1'],
      },
    )
  })

  test('a query: the partition that it asks for', () => {
    expect(
      dynamoDbContext('Query', {
        TableName: 't',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': { S: 'AUDIT#x' } },
      }),
    ).toMatchObject({ 'dynamodb:LeadingKeys': ['AUDIT#x'] })
  })
})
