/**
 * Environment variables → typed settings. The only reader of the environment on the MCP path. Written by hand: zod
 * alone would add more to a cold start than all of our own code
 * (docs/decisions/0003-plain-values-on-the-request-path.md).
 */

import type { LogLevel } from './logger.ts'
import { ENV, GUMLOOP_BASE_URL_DEFAULT, GUMLOOP_STREAM_BASE_URL_DEFAULT, LOOPBACK_HOSTS } from './names.ts'

export interface McpConfig {
  tableName: string
  accountSecretPrefix: string
  hosts: GumloopHostSettings
  allowedOrigins: string[]
  isStreaming: boolean
  logLevel: LogLevel
  /** Also log the arguments and results of calls. */
  isLoggingDetails: boolean
  /** Undefined: calls emit no metrics. */
  metrics: MetricSettings | undefined
  /** Undefined: long runs are not watched. */
  runWorkflowArn: string | undefined
  /** Undefined: the default. */
  maxWaitSeconds: number | undefined
  runWatchHours: number | undefined
}

export interface MetricSettings {
  namespace: string
  /** Dimensions (`tool`, `connector`) that get metrics in addition to the totals. */
  by: string[]
}

export interface GumloopHostSettings {
  /** Full URL prefixes, without a trailing slash. */
  baseUrl: string
  streamBaseUrl: string
}

/** A missing or invalid setting. The message names the variable and what is expected, never its value. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
}

type Environment = Record<string, string | undefined>

/** @throws ConfigurationError naming every missing or invalid variable. */
export function readMcpConfig(environment: Environment): McpConfig {
  const errors: string[] = []
  const collect = <T>(read: () => T, fallback: T): T => {
    try {
      return read()
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error))
      return fallback
    }
  }
  const config: McpConfig = {
    tableName: collect(() => required(environment, ENV.tableName), ''),
    accountSecretPrefix: collect(() => required(environment, ENV.accountSecretPrefix), ''),
    hosts: collect(() => readGumloopHosts(environment), { baseUrl: '', streamBaseUrl: '' }),
    allowedOrigins: list(environment, ENV.allowedOrigins),
    isStreaming:
      collect(() => choice(environment, ENV.transferMode, ['STREAM', 'BUFFERED'], 'STREAM'), 'STREAM') ===
      'STREAM',
    logLevel: collect(
      () => choice(environment, ENV.logLevel, ['debug', 'info', 'warn', 'error'], 'info'),
      'info',
    ),
    isLoggingDetails:
      collect(() => choice(environment, ENV.logCallDetails, ['on', 'off'], 'off'), 'off') === 'on',
    metrics: metricSettings(environment),
    runWorkflowArn: environment[ENV.runWorkflowArn]?.trim() || undefined,
    maxWaitSeconds: collect(() => wholeNumber(environment, ENV.maxWaitSeconds), undefined),
    runWatchHours: collect(() => wholeNumber(environment, ENV.runWatchHours), undefined),
  }
  if (errors.length > 0) throw new ConfigurationError(errors.join(' '))
  return config
}

/**
 * Gumloop's two hosts, from `GUMLOOP_BASE_URL` and `GUMLOOP_STREAM_BASE_URL` or their defaults. @throws
 * ConfigurationError
 */
export function readGumloopHosts(environment: Environment): GumloopHostSettings {
  return {
    baseUrl: urlPrefix(environment, ENV.gumloopBaseUrl, GUMLOOP_BASE_URL_DEFAULT),
    streamBaseUrl: urlPrefix(environment, ENV.gumloopStreamBaseUrl, GUMLOOP_STREAM_BASE_URL_DEFAULT),
  }
}

function metricSettings(environment: Environment): MetricSettings | undefined {
  const namespace = environment[ENV.metricNamespace]?.trim()
  return namespace ? { namespace, by: list(environment, ENV.metricsBy) } : undefined
}

function list(environment: Environment, name: string): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map(one => one.trim())
    .filter(Boolean)
}

function required(environment: Environment, name: string): string {
  const value = environment[name]?.trim()
  if (!value) throw new ConfigurationError(`${name} is not set.`)
  return value
}

function wholeNumber(environment: Environment, name: string): number | undefined {
  const value = environment[name]?.trim()
  if (!value) return undefined
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new ConfigurationError(`${name} must be a positive whole number.`)
  return Number(value)
}

function choice<T extends string>(
  environment: Environment,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = environment[name]
  if (value === undefined || value === '') return fallback
  const found = choices.find(one => one === value)
  if (!found) throw new ConfigurationError(`${name} must be one of ${choices.join(', ')}.`)
  return found
}

function urlPrefix(environment: Environment, name: string, fallback: string): string {
  const value = environment[name]?.trim() || fallback
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (
    !url ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new ConfigurationError(
      `${name} must be an https URL prefix such as ${fallback}, without query or user name.`,
    )
  }
  // The account's key goes with every request: over plain http, any host in between could read it.
  if (url.protocol === 'http:' && !LOOPBACK_HOSTS.includes(url.hostname)) {
    throw new ConfigurationError(
      `${name} must be an https URL: plain http is accepted for ${LOOPBACK_HOSTS.join(', ')} only.`,
    )
  }
  return value.replace(/\/+$/, '')
}
