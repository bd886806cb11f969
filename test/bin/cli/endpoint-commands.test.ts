import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from '../../support/cli.ts'
import { type FakeLambda, startFakeLambda } from '../../support/fake-lambda.ts'

let lambda: FakeLambda
beforeAll(async () => {
  lambda = await startFakeLambda()
  const stage = (reserved?: number) => ({
    tags: reserved === undefined ? {} : { 'gumloop-mcp:reserved-concurrency': String(reserved) },
    ...(reserved !== undefined && { reserved }),
  })
  lambda.settings.set('Plain-mcp', stage())
  lambda.settings.set('Reserved-mcp', stage(50))
  lambda.settings.set('Closed-mcp', stage(0))
  lambda.settings.set('Greedy-mcp', stage(1000))
})
afterAll(() => lambda.close())

const run = (line: string) => cli(line.split(' '), { env: {}, nowMs: 0 })
const reserved = (name: string) => lambda.settings.get(name)?.reserved

describe('the kill switch', () => {
  test('closes the endpoint of a stack, and says how to open it', async () => {
    const { exitCode, stdout } = await run('disable --stack Plain')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'Closed: Plain-mcp accepts no calls.\n' +
        'Running calls finish; administration is not affected.\n' +
        'To open it again: gumloop-mcp enable --stack Plain\n',
    )
    expect(reserved('Plain-mcp')).toBe(0)
  })

  test('opens it again without a reservation', async () => {
    const { stdout } = await run('enable --stack Plain')
    expect(stdout).toBe(
      "Open: Plain-mcp accepts as many concurrent calls as the AWS account's limit allows.\n",
    )
    expect(reserved('Plain-mcp')).toBeUndefined()
  })

  test('restores the reservation of the stage, also after it was closed twice', async () => {
    for (let times = 0; times < 2; times++) await run('disable --stack Reserved')
    expect(reserved('Reserved-mcp')).toBe(0)
    const { stdout } = await run('enable --stack Reserved --json')
    expect(JSON.parse(stdout)).toEqual({ function: 'Reserved-mcp', state: 'open', reserved_concurrency: 50 })
    expect(reserved('Reserved-mcp')).toBe(50)
  })

  test('does not open an endpoint that the stage file keeps closed', async () => {
    const { exitCode, stderr } = await run('enable --stack Closed')
    expect([exitCode, reserved('Closed-mcp')]).toEqual([1, 0])
    expect(stderr).toContain('"reservedConcurrency": 0')
  })

  test("shows AWS's error when the account cannot reserve that many calls", async () => {
    const { exitCode, stderr } = await run('enable --stack Greedy')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('below its minimum value')])
  })

  test.each(['disable', 'enable'])('%s reports an unknown stack, and requires --stack', async word => {
    const wrong = await run(`${word} --stack Nowhere`)
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('Function Nowhere-mcp does not exist'),
    ])
    const none = await run(word)
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('--stack is required')])
  })
})
