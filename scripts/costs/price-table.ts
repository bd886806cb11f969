/**
 * AWS list prices that the cost documents use: US East (N. Virginia), on demand, arm64, first tier, without free
 * tiers. Prices change: check each page before you use a number from here in a budget.
 */
export const PRICES_AS_OF = '2026-11-22'
export const PRICES_REGION = 'US East (N. Virginia)'

export interface Price {
  /** USD for `per` units. */
  usd: number
  per: number
  /** The unit, in the plural. */
  of: string
  /** AWS's page that lists this price. */
  page: string
}

const MILLION = 1_000_000

const gateway = 'aws.amazon.com/api-gateway/pricing'
const lambda = 'aws.amazon.com/lambda/pricing'
const dynamodb = 'aws.amazon.com/dynamodb/pricing/on-demand'
const secrets = 'aws.amazon.com/secrets-manager/pricing'
const cloudWatch = 'aws.amazon.com/cloudwatch/pricing'
const waf = 'aws.amazon.com/waf/pricing'

export const PRICE = {
  apiRequest: { usd: 3.5, per: MILLION, of: 'REST API requests', page: gateway },
  lambdaRequest: { usd: 0.2, per: MILLION, of: 'Lambda requests', page: lambda },
  lambdaGbSecond: { usd: 13.3334, per: MILLION, of: 'Lambda GB-seconds (arm64)', page: lambda },
  tableRead: { usd: 0.125, per: MILLION, of: 'DynamoDB read units', page: dynamodb },
  tableWrite: { usd: 0.625, per: MILLION, of: 'DynamoDB write units', page: dynamodb },
  tableGbMonth: { usd: 0.25, per: 1, of: 'GB-months of table storage', page: dynamodb },
  recoveryGbMonth: { usd: 0.2, per: 1, of: 'GB-months of point-in-time recovery', page: dynamodb },
  secretMonth: { usd: 0.4, per: 1, of: 'secrets for a month', page: secrets },
  secretRead: { usd: 0.05, per: 10_000, of: 'secret reads', page: secrets },
  logGb: { usd: 0.5, per: 1, of: 'GB of logs written', page: cloudWatch },
  logGbMonth: { usd: 0.03, per: 1, of: 'GB-months of stored logs', page: cloudWatch },
  logQueryGb: { usd: 0.005, per: 1, of: 'GB of logs scanned by queries', page: cloudWatch },
  metricMonth: { usd: 0.3, per: 1, of: 'custom metrics for a month', page: cloudWatch },
  alarmMonth: { usd: 0.1, per: 1, of: 'alarms for a month', page: cloudWatch },
  dashboardMonth: { usd: 3, per: 1, of: 'dashboards for a month', page: cloudWatch },
  stateTransition: {
    usd: 25,
    per: MILLION,
    of: 'state transitions',
    page: 'aws.amazon.com/step-functions/pricing',
  },
  event: { usd: 1, per: MILLION, of: 'events', page: 'aws.amazon.com/eventbridge/pricing' },
  wafAclMonth: { usd: 5, per: 1, of: 'web ACLs for a month', page: waf },
  wafRuleMonth: { usd: 1, per: 1, of: 'web ACL rules for a month', page: waf },
  wafRequest: { usd: 0.6, per: MILLION, of: 'requests through a web ACL', page: waf },
  keyMonth: { usd: 1, per: 1, of: 'KMS keys for a month', page: 'aws.amazon.com/kms/pricing' },
  keyUse: { usd: 0.03, per: 10_000, of: 'uses of a KMS key', page: 'aws.amazon.com/kms/pricing' },
  transferGb: {
    usd: 0.09,
    per: 1,
    of: 'GB sent to the internet',
    page: 'aws.amazon.com/ec2/pricing/on-demand',
  },
} as const satisfies Record<string, Price>

export type PriceName = keyof typeof PRICE

/** The price of `count` units in USD. */
export function priceOf(name: PriceName, count: number): number {
  const { usd, per } = PRICE[name]
  return (usd / per) * count
}
