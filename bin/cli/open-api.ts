/** Which server or function the options and the environment mean. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Api, createApi, type Transport } from './api.ts'
import { usageFailure } from './cli-failure.ts'
import type { Given } from './command.ts'
import { httpTransport, LOCAL_SERVER_URL } from './http-transport.ts'
import { adminFunctionName, lambdaTransport } from './lambda-transport.ts'

/** Written by a local server while it runs, in the folder it was started in. */
const SERVER_URL_FILE = join('.local', 'server-url')

/** Nothing is asked yet. Throws `CliFailure` where the options contradict each other. */
export function openApi(given: Pick<Given, 'text'>, env: NodeJS.ProcessEnv): Api {
  // AWS's client reads its settings from the environment, and so do we.
  if (given.text('profile') !== undefined) env.AWS_PROFILE = given.text('profile')
  if (given.text('region') !== undefined) env.AWS_REGION = given.text('region')
  return createApi(chooseTransport(given, env))
}

function chooseTransport(given: Pick<Given, 'text'>, env: NodeJS.ProcessEnv): Transport {
  const [server, stack, functionName] = ['server', 'stack', 'function'].map(name => given.text(name))
  if ([server, stack, functionName].filter(target => target !== undefined).length > 1) {
    throw usageFailure('--server, --stack and --function name different places.', 'Give one of them.')
  }
  if (functionName !== undefined) return lambdaTransport(functionName)
  if (stack !== undefined) return lambdaTransport(adminFunctionName(stack))
  return httpTransport(server ?? (env.GUMLOOP_MCP_SERVER || runningServer() || LOCAL_SERVER_URL), env)
}

/** The server that runs in this folder, whatever its port; only ever one on this machine. */
function runningServer(): string | undefined {
  try {
    const url = readFileSync(SERVER_URL_FILE, 'utf8').trim()
    return /^http:\/\/(localhost|127\.0\.0\.1):\d{1,5}$/.test(url) ? url : undefined
  } catch {
    return undefined
  }
}
