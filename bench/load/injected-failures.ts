/** Failures that the sandbox injects during the load test, and how often it has injected each. */

/** A rule counts down from `times`, so this must exceed the failures of a run. */
const MAX_TIMES = 1_000_000
const RULES = [
  { kind: '429', probability: 0.01, retryAfterSeconds: 1 },
  { kind: '500', probability: 0.01 },
  { kind: '503', probability: 0.01, retryAfterSeconds: null },
  { kind: 'reset', probability: 0.005 },
].map(rule => ({ ...rule, times: MAX_TIMES }))

export type FailureCounts = Record<string, number>

export async function injectFailures(sandboxUrl: string): Promise<void> {
  for (const rule of RULES) await control(sandboxUrl, 'POST', rule)
}

export async function removeFailures(sandboxUrl: string): Promise<void> {
  await control(sandboxUrl, 'DELETE')
}

/** How often each kind has been injected since `injectFailures`. */
export async function failureCounts(sandboxUrl: string): Promise<FailureCounts> {
  const response = await fetch(`${sandboxUrl}/__sandbox`, { headers: { accept: 'application/json' } })
  const { failures }: { failures: { kind: string; times: number }[] } = JSON.parse(await response.text())
  return Object.fromEntries(failures.map(({ kind, times }) => [kind, MAX_TIMES - times]))
}

async function control(sandboxUrl: string, method: string, body?: object): Promise<void> {
  const response = await fetch(`${sandboxUrl}/__sandbox/failures`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok)
    throw new Error(`the sandbox rejected a failure rule: ${response.status} ${await response.text()}`)
}
