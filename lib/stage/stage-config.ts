/**
 * The settings of a stage file and their defaults. `stages/README.md` explains each setting to the
 * person who deploys; a test compares the two. Parsed once, here; the rest of the code uses the types.
 */
import { z } from 'zod'
import { nearest } from '../../lambda/shared/edit-distance.ts'
import { LOOPBACK_HOSTS } from '../../lambda/shared/names.ts'
import { IP_RANGES_LIMIT_BYTES, ipRangesBytes, isIpRange } from '../api/ip-ranges.ts'

/** In transfer mode BUFFERED, API Gateway ends a call at 29 s; four seconds are left to send the response. */
export const BUFFERED_MAX_WAIT_SECONDS = 25
/** API Gateway and Lambda both end a call at 900 s; the answer after a wait needs `TIMEOUT_MARGIN_SECONDS`. */
export const STREAM_MAX_WAIT_SECONDS = 890
const DEFAULT_MAX_WAIT_SECONDS = 300

/**
 * An execution of Step Functions is limited to 25,000 history events, and a poll takes nine; a longer watch could reach
 * that limit before its own (counted in test/lib/runs/run-workflow-definition.test.ts).
 */
export const MAX_WATCH_HOURS = 30

/** Ten years: a longer life is a number in the wrong unit. */
const MAX_API_TOKEN_DAYS = 3650

/** The retention periods that CloudWatch Logs supports, in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

const onOff = z.enum(['on', 'off'], 'expected "on" or "off"')

const wholeNumber = (min: number, max: number, unit: string) =>
  z
    .number(`expected a whole number of ${unit}, ${min} to ${max}`)
    .refine(
      value => Number.isInteger(value) && value >= min && value <= max,
      `expected a whole number of ${unit}, ${min} to ${max}`,
    )

const matching = (pattern: RegExp, message: string) => z.string(message).regex(pattern, message)

const origin = z
  .string()
  .refine(isOrigin, 'expected an origin such as "https://inspector.example.com": scheme and host, no path')

const urlPrefix = z
  .string()
  .refine(
    isUrlPrefix,
    'expected a full URL prefix such as "https://api.gumloop.com/api/v1", no trailing slash or query',
  )
  .refine(
    text => !isUrlPrefix(text) || isEncryptedOrLocal(text),
    `expected https: the account's key is sent with every request, so plain http is accepted for ${LOOPBACK_HOSTS.join(', ')} only`,
  )

const ipRange = z
  .string()
  .refine(isIpRange, 'expected an address range such as "203.0.113.0/24" or "2001:db8::/32"')

const KMS_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/
const DOMAIN_NAME =
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]{0,58}[a-z0-9])$/

const customDomain = z.strictObject({
  /** Host of the connector URLs, without scheme. */
  domainName: matching(DOMAIN_NAME, 'expected a host name such as "gumloop-mcp.example.com"'),
  /** A certificate for that name, in the region of the stage. */
  certificateArn: matching(CERTIFICATE_ARN, 'expected the ARN of a certificate in AWS Certificate Manager'),
  /** The Route 53 zone for the alias record; without it, you create the DNS record yourself. */
  hostedZoneId: matching(
    /^Z[A-Z0-9]{5,32}$/,
    'expected a Route 53 hosted zone id such as "Z0123456789ABCDEFGHIJ"',
  ).optional(),
})

/** Every setting by its name, with its default. */
const stageFile = z.strictObject({
  region: matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'expected a region such as "eu-central-1"').optional(),
  account: matching(/^\d{12}$/, 'expected an AWS account id of 12 digits').optional(),
  transferMode: z.enum(['STREAM', 'BUFFERED'], 'expected "STREAM" or "BUFFERED"').default('STREAM'),
  maxWaitSeconds: wholeNumber(10, STREAM_MAX_WAIT_SECONDS, 'seconds').optional(),
  memorySizeMb: wholeNumber(256, 3008, 'megabytes').default(512),
  reservedConcurrency: wholeNumber(0, 1000, 'simultaneous calls').optional(),
  throttleRatePerSecond: wholeNumber(1, 10_000, 'requests per second').default(50),
  throttleBurst: wholeNumber(1, 5_000, 'requests').default(100),
  allowedOrigins: z.array(origin).max(20).default([]),
  allowedIpRanges: z
    .array(ipRange)
    .refine(
      ranges => ipRangesBytes(ranges) <= IP_RANGES_LIMIT_BYTES,
      'too many for API Gateway, which supports about 350 IPv4 ranges; `ip-ranges` merges adjacent ones',
    )
    .default([]),
  gumloopBaseUrl: urlPrefix.optional(),
  gumloopStreamBaseUrl: urlPrefix.optional(),
  longRuns: onOff.default('on'),
  runWatchHours: wholeNumber(1, MAX_WATCH_HOURS, 'hours').default(24),
  adminApi: onOff.default('off'),
  maxApiTokenDays: wholeNumber(1, MAX_API_TOKEN_DAYS, 'days').optional(),
  customDomain: customDomain.optional(),
  customerKey: z
    .string()
    .refine(
      value => value === 'off' || value === 'create' || KMS_KEY_ARN.test(value),
      'expected "off", "create" or the ARN of a KMS key',
    )
    .default('off'),
  waf: onOff.default('off'),
  wafRequestsPer5Minutes: wholeNumber(100, 2_000_000, 'requests').default(10_000),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'], 'expected "debug", "info", "warn" or "error"')
    .default('info'),
  logCallDetails: onOff.default('off'),
  logRetentionDays: z.literal(RETENTION_DAYS, `expected one of ${RETENTION_DAYS.join(', ')}`).default(30),
  apiGatewayLogRole: onOff.default('on'),
  dashboard: onOff.default('on'),
  alarms: onOff.default('on'),
  alarmEmail: z.email('expected an e-mail address').optional(),
  runbookUrl: z
    .url({ protocol: /^https$/, error: 'expected an https URL of your copy of docs/runbook.md' })
    .optional(),
  metricsBy: z
    .array(z.enum(['tool', 'connector'], 'expected "tool" or "connector"'))
    .default(['tool', 'connector']),
  savedQueries: onOff.default('on'),
  canary: onOff.default('off'),
  terminationProtection: onOff.default('off'),
  tags: z
    .record(matching(/^[^\s].{0,127}$/, 'expected a tag key of 1 to 128 characters'), z.string().max(256))
    .default({}),
})

type StageFile = z.output<typeof stageFile>

/** One stage with all defaults applied. */
export type StageConfig = Omit<StageFile, 'maxWaitSeconds'> & {
  /** Part of the stack's name and of every name in it. */
  stage: string
  maxWaitSeconds: number
}

/** All errors in one stage file, one per line. */
export class StageConfigError extends Error {
  readonly errors: string[]
  constructor(source: string, errors: string[]) {
    super(
      `${source} has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n${errors.map(f => `  - ${f}`).join('\n')}`,
    )
    this.name = 'StageConfigError'
    this.errors = errors
  }
}

/** Names of all settings, for documentation tests. */
export const STAGE_SETTINGS: readonly string[] = Object.keys(stageFile.shape)

/**
 * Lower-case letters, digits and hyphens, short enough for every name that contains it (Lambda: 64 characters in
 * total).
 */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,29}$/

/**
 * The contents of one stage file as a `StageConfig`.
 * @param stage its name; `source` names the file in the error.
 * @throws StageConfigError with every error at once.
 */
export function parseStageConfig(
  stage: string,
  contents: unknown,
  source = `stages/${stage}.json`,
): StageConfig {
  const errors: string[] = []
  if (!STAGE_NAME.test(stage)) {
    errors.push(
      'stage name: expected up to 30 lower-case letters, digits and hyphens, starting with a letter',
    )
  }
  const parsed = stageFile.safeParse(contents)
  if (!parsed.success) errors.push(...parsed.error.issues.flatMap(toErrors))
  errors.push(...conflicts(contents))
  if (!parsed.success || errors.length > 0) throw new StageConfigError(source, errors)
  const settings = parsed.data
  const waitSeconds =
    settings.transferMode === 'BUFFERED' ? BUFFERED_MAX_WAIT_SECONDS : DEFAULT_MAX_WAIT_SECONDS
  return { ...settings, stage, maxWaitSeconds: settings.maxWaitSeconds ?? waitSeconds }
}

/**
 * Settings that are valid alone but not together. Reads the raw contents, so that these errors are reported
 * together with the others.
 */
function conflicts(contents: unknown): string[] {
  const loose = z.looseObject({}).safeParse(contents)
  if (!loose.success) return []
  const settings = loose.data
  const errors: string[] = []
  const wait = settings.maxWaitSeconds
  if (settings.transferMode === 'BUFFERED' && typeof wait === 'number' && wait > BUFFERED_MAX_WAIT_SECONDS) {
    errors.push(
      `maxWaitSeconds: at most ${BUFFERED_MAX_WAIT_SECONDS} with transferMode "BUFFERED", since API Gateway then ends a call at 29 s`,
    )
  }
  if (settings.canary === 'on' && settings.alarms === 'off') {
    errors.push('canary: requires alarms "on", since an alarm triggers the rollback')
  }
  if (settings.alarmEmail !== undefined && settings.alarms === 'off') {
    errors.push('alarmEmail: requires alarms "on", otherwise nothing is sent to it')
  }
  if (
    ['warn', 'error'].includes(String(settings.logLevel)) &&
    (settings.alarms !== 'off' || settings.dashboard !== 'off')
  ) {
    errors.push(
      `logLevel: "${String(settings.logLevel)}" omits the log lines of calls, which alarms and dashboard need; also set both to "off"`,
    )
  }
  if (settings.wafRequestsPer5Minutes !== undefined && settings.waf !== 'on') {
    errors.push('wafRequestsPer5Minutes: requires waf "on", otherwise nothing counts the requests')
  }
  if (settings.customerKey !== undefined && settings.customerKey !== 'off' && settings.region === undefined) {
    errors.push(
      'customerKey: requires region, since a table with a customer-managed key needs an explicit region',
    )
  }
  const domain = customDomain.safeParse(settings.customDomain)
  if (
    domain.success &&
    typeof settings.region === 'string' &&
    domain.data.certificateArn.split(':')[3] !== settings.region
  ) {
    errors.push(
      `customDomain.certificateArn: the certificate must be in the region of the stage, ${settings.region}`,
    )
  }
  return errors
}

function toErrors(issue: z.core.$ZodIssue): string[] {
  const path = issue.path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
    .join('')
  if (issue.code === 'unrecognized_keys') {
    const known = path === '' ? STAGE_SETTINGS : Object.keys(customDomain.shape)
    return issue.keys.map(key => {
      const near = nearest(key, known)
      const help = near === undefined ? `available settings: ${known.join(', ')}` : `did you mean "${near}"?`
      return `${path === '' ? key : `${path}.${key}`}: unknown setting; ${help}`
    })
  }
  if (path === '') return ['expected one JSON object of settings']
  return [`${path}: ${issue.message}`]
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function isUrlPrefix(text: string): boolean {
  if (!/^https?:/.test(text) || !URL.canParse(text) || /[?#]|\/$/.test(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function isEncryptedOrLocal(urlPrefix: string): boolean {
  const { protocol, hostname } = new URL(urlPrefix)
  return protocol === 'https:' || LOOPBACK_HOSTS.includes(hostname)
}
