import { expect, it } from 'vitest'
import { warmUp } from '../../../lambda/mcp/warm-up.ts'

it('runs a call of each protocol generation without waiting for anything outside the process', async () => {
  let answered: boolean | undefined
  const done = warmUp().then(answer => {
    answered = answer
  })
  // It must finish with microtasks only, without timers or I/O.
  for (let turn = 0; turn < 1000 && answered === undefined; turn += 1) await Promise.resolve()
  expect(answered).toBe(true)
  await done
})
