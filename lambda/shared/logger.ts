/**
 * One JSON line per event, to standard output (or to `write`). No field is ever a token, a key or a URL with a
 * query; should one slip into a text, `redact` takes it out before the line is written.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Record<string, string | number | boolean | null | undefined | MetricMetadata>

/**
 * `_aws` of a line in CloudWatch's embedded metric format: which of the line's fields CloudWatch keeps as metrics. Made
 * of names of ours alone, so nothing in it needs redacting.
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

/** Connector and API tokens, bearer values, signed storage URLs: the shapes that must never leave the process in a log. */
const SECRET_SHAPES: [RegExp, string][] = [
  [/\b(gmcp|gapi)_[A-Za-z0-9]{1,64}_[A-Za-z0-9_-]{8,}/g, '$1_[redacted]'],
  [/\bBearer\s+[^\s"',;]+/gi, 'Bearer [redacted]'],
  [/\bhttps?:\/\/[^\s"'<>\\]*\?[^\s"'<>\\]*/gi, '[url redacted]'],
]

/** `text` with everything that looks like a token, a bearer value or a URL with a query taken out. */
export function redact(text: string): string {
  let out = text
  for (const [shape, replacement] of SECRET_SHAPES) out = out.replace(shape, replacement)
  return out
}

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
      write(`${JSON.stringify(entry)}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
