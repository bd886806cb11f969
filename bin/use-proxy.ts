/**
 * Sends this program's requests through the proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name, in
 * upper or lower case (Node honors them by itself only in versions newer than the oldest that this program supports).
 * Requests to this machine never use a proxy.
 */
import type { Agent } from 'node:http'
import { ConfigurationError } from '../lambda/shared/config.ts'
import { dropIdleConnections } from '../lambda/shared/transport/choose-transport.ts'
import { chooseProxyAgents, proxyAgentFor } from '../lambda/shared/transport/proxy-agents.ts'

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']
const THIS_MACHINE = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** @throws ConfigurationError for a variable that is no URL of a proxy. Its value may contain a password and is not shown. */
export async function useProxyOf(env: NodeJS.ProcessEnv): Promise<void> {
  const named = VARIABLES.flatMap(name => [name, name.toLowerCase()]).filter(name => env[name])
  if (named.length === 0) return
  for (const name of named) checkProxy(name, env[name] ?? '')
  // Loaded only where a proxy is set.
  const [{ HttpsProxyAgent }, { getProxyForUrl }] = await Promise.all([
    import('https-proxy-agent'),
    import('proxy-from-env'),
  ])
  const agents = new Map<string, Agent>()
  chooseProxyAgents((url, { isFresh = false } = {}) => {
    if (THIS_MACHINE.test(new URL(url).hostname)) return undefined
    const proxy = getProxyForUrl(url)
    if (proxy === '') return undefined
    if (isFresh) return new HttpsProxyAgent(proxy)
    const agent = agents.get(proxy) ?? new HttpsProxyAgent(proxy, { keepAlive: true, maxFreeSockets: 16 })
    agents.set(proxy, agent)
    return agent
  })
}

/** What an AWS client needs to go through the proxy; nothing where there is none. */
export function awsProxy(): { requestHandler?: { httpsAgent: Agent } } {
  const agent = proxyAgentFor('https://lambda.us-east-1.amazonaws.com/')
  return agent === undefined ? {} : { requestHandler: { httpsAgent: agent } }
}

/** Runs a program behind the proxy of the environment, and ends it with the exit code that it returns. */
export function runProgram(run: () => Promise<number>): void {
  void useProxyOf(process.env)
    .then(run)
    .catch(wrongProxy)
    .then(code => {
      process.exitCode = code
      // Else the program would go on until its connections time out.
      dropIdleConnections()
    })
}

/** Prints a wrong proxy as one sentence. @returns the exit code. @throws any other error. */
function wrongProxy(error: unknown): number {
  if (!(error instanceof ConfigurationError)) throw error
  process.stderr.write(`${error.message}\n`)
  return 2
}

function checkProxy(name: string, value: string): void {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return
  throw new ConfigurationError(
    `${name} must be the URL of an HTTP proxy, such as http://proxy.example.com:3128.`,
  )
}
