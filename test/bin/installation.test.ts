import { describe, expect, test } from 'vitest'
import { commandLine, isCheckout } from '../../bin/installation.ts'

const checkout = { isCheckout: true, env: {} }
const onPath = { isCheckout: false, env: {} }
const throughNpx = { isCheckout: false, env: { npm_command: 'exec' } }

test('these tests run in a checkout', () => {
  expect(isCheckout).toBe(true)
})

describe('a command line is written as it works', () => {
  test.each<[Parameters<typeof commandLine>[0], string, string, string]>([
    ['start', '', 'npm start', 'gumloop-mcp'],
    ['start', '--port 1', 'npm start -- --port 1', 'gumloop-mcp --port 1'],
    ['cli', 'connector list', 'npm run -s cli -- connector list', 'gumloop-mcp connector list'],
    ['deploy', '', 'npm run deploy', 'gumloop-mcp deploy'],
    ['deploy', '-c stage=x', 'npm run deploy -- -c stage=x', 'gumloop-mcp deploy -c stage=x'],
    ['cdk', 'diff', 'npx cdk diff', 'gumloop-mcp cdk diff'],
    ['sandbox', '--help', 'npm run sandbox -- --help', 'gumloop-mcp sandbox --help'],
  ])('%s %s', (program, words, inCheckout, installed) => {
    expect(commandLine(program, words, checkout)).toBe(inCheckout)
    expect(commandLine(program, words, onPath)).toBe(installed)
    expect(commandLine(program, words, throughNpx)).toBe(`npx ${installed}`)
  })
})
