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
  test('shuts the endpoint of a stack, and says how to open it', async () => {
    const { exitCode, stdout } = await run('disable --stack Plain')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'Shut: Plain-mcp takes no call any more.\n' +
        'Calls that are running end by themselves; administration goes on as before.\n' +
        'Open it again with: gumloop-mcp enable --stack Plain\n',
    )
    expect(reserved('Plain-mcp')).toBe(0)
  })

  test('opens it again to what the account has', async () => {
    const { stdout } = await run('enable --stack Plain')
    expect(stdout).toBe('Open: Plain-mcp takes as many calls at once as the account has room for.\n')
    expect(reserved('Plain-mcp')).toBeUndefined()
  })

  test('opens it again to what the stage reserves, also when it was shut twice', async () => {
    for (let times = 0; times < 2; times++) await run('disable --stack Reserved')
    expect(reserved('Reserved-mcp')).toBe(0)
    const { stdout } = await run('enable --stack Reserved --json')
    expect(JSON.parse(stdout)).toEqual({ function: 'Reserved-mcp', state: 'open', reserved_concurrency: 50 })
    expect(reserved('Reserved-mcp')).toBe(50)
  })

  test('leaves shut what the stage file keeps shut', async () => {
    const { exitCode, stderr } = await run('enable --stack Closed')
    expect([exitCode, reserved('Closed-mcp')]).toEqual([1, 0])
    expect(stderr).toContain('"reservedConcurrency": 0')
  })

  test('tells what AWS says when there is no room for the reserve', async () => {
    const { exitCode, stderr } = await run('enable --stack Greedy')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('below its minimum value')])
  })

  test.each(['disable', 'enable'])('%s names a stack that is not there, and asks for one', async word => {
    const wrong = await run(`${word} --stack Nowhere`)
    expect([wrong.exitCode, wrong.stderr]).toEqual([1, expect.stringContaining('no function Nowhere-mcp')])
    const none = await run(word)
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('--stack must be given')])
  })
})
