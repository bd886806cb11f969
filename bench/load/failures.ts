/** Failures that the sandbox deals out during the load, and how many of each it has dealt. */

/** `probability` of each request to it. Counted down from `times`, which is more than a run can use up. */
const PLENTY = 1_000_000
const RULES = [
  { kind: '429', probability: 0.01, retryAfterSeconds: 1 },
  { kind: '500', probability: 0.01 },
  { kind: '503', probability: 0.01, retryAfterSeconds: null },
  { kind: 'reset', probability: 0.005 },
].map(rule => ({ ...rule, times: PLENTY }))

export type FailureCounts = Record<string, number>

export async function switchFailuresOn(sandboxUrl: string): Promise<void> {
  for (const rule of RULES) await control(sandboxUrl, 'POST', rule)
}

export async function switchFailuresOff(sandboxUrl: string): Promise<void> {
  await control(sandboxUrl, 'DELETE')
}

/** How often each kind has hit since they were switched on. */
export async function failuresInjected(sandboxUrl: string): Promise<FailureCounts> {
  const response = await fetch(`${sandboxUrl}/__sandbox`, { headers: { accept: 'application/json' } })
  const { failures }: { failures: { kind: string; times: number }[] } = JSON.parse(await response.text())
  return Object.fromEntries(failures.map(({ kind, times }) => [kind, PLENTY - times]))
}

async function control(sandboxUrl: string, method: string, body?: object): Promise<void> {
  const response = await fetch(`${sandboxUrl}/__sandbox/failures`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok)
    throw new Error(`the sandbox refused a failure: ${response.status} ${await response.text()}`)
}
