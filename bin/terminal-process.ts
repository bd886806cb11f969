import { inspect } from 'node:util'
import { withoutTokens } from '../lambda/shared/redact.ts'

/** Process setup that every terminal program does first. @param describe what a crash says on standard error */
export function prepareProcess(describe: (error: unknown) => string = inspect): void {
  // AWS's clients print a warning about Node 20, which would look like an error of this program.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  redactStandardError()
  process.on('uncaughtException', error => {
    process.stderr.write(`${describe(error)}\n`)
    process.exit(1)
  })
  // A reader that closes the pipe early (`| head`) is not an error.
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

/**
 * Takes tokens and known keys out of everything on standard error: an error may quote a command line or an answer, and
 * ends up in terminals that others see and in the logs of pipelines. Also out of what Node prints about a crash.
 */
function redactStandardError(): void {
  const { stderr } = process
  const write = stderr.write.bind(stderr)
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean =>
    Reflect.apply(write, stderr, [typeof chunk === 'string' ? withoutTokens(chunk) : chunk, ...rest])
}
