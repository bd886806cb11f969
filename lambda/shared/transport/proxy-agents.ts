/**
 * The proxy that requests to other servers go through, where a program has one: the local server and the command line
 * set it from the environment (`bin/use-proxy.ts`), the functions never do.
 */
import type { Agent } from 'node:http'

/** @returns undefined for a URL that is reached directly. */
export type ProxyAgents = (url: string, options?: { isFresh?: boolean }) => Agent | undefined

let chosen: ProxyAgents = () => undefined

/** From now on, requests go through the proxies that `agents` names. */
export function chooseProxyAgents(agents: ProxyAgents): void {
  chosen = agents
}

/** The agent that reaches `url` through a proxy; `isFresh`: with a connection that no other request uses. */
export const proxyAgentFor: ProxyAgents = (url, options) => chosen(url, options)

/** The proxy answered in place of the server: its status is in the code, which is what callers see of an error. */
export function proxyError(statusCode: number): Error & { code: string } {
  return Object.assign(new Error('the proxy refused'), { code: `PROXY_ANSWERED_${statusCode}` })
}
