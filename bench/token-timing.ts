/**
 * `npm run bench:timing`: compares the response times for invalid tokens. Response times must not reveal whether an ID
 * exists or why a token is rejected. Sends all kinds in random order over HTTP on loopback, against the embedded table,
 * so that only the app's own work can differ.
 */
import { formatToken, mintId, mintSecret } from '../lambda/connectors/token.ts'
import { startTestServer } from '../test/support/mcp-server.ts'
import { quantile, separability } from './distinguishable.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 2_000)
const WARM_UP_ROUNDS = 100

const server = await startTestServer()
const connector = async (over: Parameters<typeof server.connector>[1] = {}) =>
  (await server.connector({}, over)).token
const good = await connector()
const [, id] = good.split('_')
const kinds: Record<string, string> = {
  unknown: formatToken('gmcp', { id: mintId(), secret: mintSecret() }),
  'wrong secret': formatToken('gmcp', { id: id ?? '', secret: mintSecret() }),
  expired: await connector({ expires_at: '2020-01-01T00:00:00Z' }),
  revoked: await connector({ revoked_at: '2026-01-01T00:00:00Z' }),
  disabled: await connector({ disabled: true }),
  malformed: good.slice(0, -1),
}
const times = new Map(Object.keys(kinds).map(kind => [kind, [] as number[]]))

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const kind of shuffled(Object.keys(kinds))) {
    const startedMs = performance.now()
    const response = await fetch(`${server.origin}/mcp/${kinds[kind]}`, { method: 'POST', body: '{}' })
    await response.arrayBuffer()
    if (response.status !== 404)
      throw new Error(`A token that is ${kind} got ${response.status} instead of 404`)
    if (round >= 0) times.get(kind)?.push(performance.now() - startedMs)
  }
}
await server.close()

const reference = times.get('unknown') ?? []
console.log(`${ROUNDS} requests of each kind, in random order; times in µs`)
console.log('token           p50    p90    ratio of p50   separability from unknown (0.5: indistinguishable)')
for (const [kind, all] of times) {
  const [p50, p90] = [quantile(all, 0.5), quantile(all, 0.9)]
  const separable = kind === 'unknown' ? '' : separability(all, reference).toFixed(2)
  const ratio = (p50 / quantile(reference, 0.5)).toFixed(2)
  console.log(
    `${kind.padEnd(14)}${micros(p50)}${micros(p90)}${ratio.padStart(12)}   ${separable.padStart(12)}`,
  )
}

function micros(ms: number): string {
  return String(Math.round(ms * 1000)).padStart(7)
}

function shuffled(list: string[]): string[] {
  return list
    .map(value => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
