/** Selects the server or function according to the options and the environment. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Api, createApi, type Transport } from './api.ts'
import { usageFailure } from './cli-failure.ts'
import type { Args } from './command.ts'
import { httpTransport, LOCAL_SERVER_URL } from './http-transport.ts'
import { adminFunctionName, lambdaTransport } from './lambda-transport.ts'

/** Written by a running local server, in the folder where it was started. */
const SERVER_URL_FILE = join('.local', 'server-url')

/** Sends no request yet. Throws `CliFailure` if the options contradict each other. */
export function connectApi(args: Pick<Args, 'text'>, env: NodeJS.ProcessEnv): Api {
  // AWS's client reads its settings from the environment.
  if (args.text('profile') !== undefined) env.AWS_PROFILE = args.text('profile')
  if (args.text('region') !== undefined) env.AWS_REGION = args.text('region')
  return createApi(chooseTransport(args, env))
}

function chooseTransport(args: Pick<Args, 'text'>, env: NodeJS.ProcessEnv): Transport {
  const [server, stack, functionName] = ['server', 'stack', 'function'].map(name => args.text(name))
  if ([server, stack, functionName].filter(target => target !== undefined).length > 1) {
    throw usageFailure('--server, --stack and --function cannot be combined.', 'Use one of them.')
  }
  if (functionName !== undefined) return lambdaTransport(functionName)
  if (stack !== undefined) return lambdaTransport(adminFunctionName(stack))
  return httpTransport(server ?? (env.GUMLOOP_MCP_SERVER || runningServer() || LOCAL_SERVER_URL), env)
}

/** The URL of the server that runs in this folder; only one on this machine is accepted. */
function runningServer(): string | undefined {
  try {
    const url = readFileSync(SERVER_URL_FILE, 'utf8').trim()
    return /^http:\/\/(localhost|127\.0\.0\.1):\d{1,5}$/.test(url) ? url : undefined
  } catch {
    return undefined
  }
}
