import { expect, it } from 'vitest'
import { warmUp } from '../../../lambda/mcp/warm-up.ts'

it('answers a call of each era without waiting for anything outside the process', async () => {
  let answered: boolean | undefined
  const done = warmUp().then(answer => {
    answered = answer
  })
  // Microtasks alone have to bring it to its end: no timer, no input or output may be between.
  for (let turn = 0; turn < 1000 && answered === undefined; turn += 1) await Promise.resolve()
  expect(answered).toBe(true)
  await done
})
