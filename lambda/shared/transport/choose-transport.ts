/**
 * One HTTP exchange with another server: what every client in this program (Gumloop, AWS) sends through. Two transports
 * do it: `node-transport.ts` everywhere, and `socket-transport.ts` on Lambda, where each exchange costs half as much CPU
 * (docs/decisions/0034-own-http-client-on-lambda.md).
 */
import type { HttpAnswer, HttpExchange, HttpTransport } from './exchange.ts'

let chosen: HttpTransport | undefined

/** From now on, every exchange goes through `transport`. */
export function chooseTransport(transport: HttpTransport): void {
  chosen = transport
}

/** Sends one request and reads the whole response. @throws ExchangeError */
export async function exchangeHttp(exchange: HttpExchange): Promise<HttpAnswer> {
  // Loaded on first use, since `node:http` takes milliseconds of a cold start that does not need it.
  chosen ??= (await import('./node-transport.ts')).nodeTransport
  return chosen.exchange(exchange)
}

export function dropIdleConnections(): void {
  chosen?.dropIdleConnections()
}
