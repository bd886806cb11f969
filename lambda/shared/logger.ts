/**
 * One JSON line per event, to standard output (or to `write`). No field is ever a token, a key or a URL with a
 * query; should one slip into a text, `redact` takes it out before the line is written.
 */

import { toJson } from './json-text.ts'
import { redact } from './redact.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Record<string, string | number | boolean | null | undefined | MetricMetadata>

/**
 * `_aws` of a line in CloudWatch's embedded metric format: which of the line's fields CloudWatch stores as metrics. It
 * contains only names of ours, so nothing in it needs redacting.
 */
export interface MetricMetadata {
  /** Epoch ms. */
  Timestamp: number
  CloudWatchMetrics: {
    Namespace: string
    Dimensions: string[][]
    Metrics: { Name: string; Unit: 'Count' | 'Milliseconds' }[]
  }[]
}

export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

export function createLogger(
  level: LogLevel = 'info',
  write: (line: string) => void = line => process.stdout.write(line),
): Logger {
  const at =
    (name: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (ORDER[name] < ORDER[level]) return
      const entry: LogFields = { timestamp: new Date().toISOString(), level: name, event }
      for (const [key, value] of Object.entries(fields)) {
        if (value !== undefined) entry[key] = typeof value === 'string' ? redact(value) : value
      }
      try {
        write(`${toJson(entry)}\n`)
      } catch {
        // What a line tells of has happened, whether or not the line can be written.
      }
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
