import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../bin/cli/commands.ts'
import { parseCommandLine } from '../../../bin/cli/parse-command-line.ts'
import { cli } from '../../support/cli.ts'

const run = (line: string) => cli(line.split(' '), { env: {}, nowMs: 0 })

describe('help', () => {
  test('of the program, of a group and of a command', async () => {
    expect((await run('--help')).stdout).toMatchInlineSnapshot(`
      "Usage: gumloop-mcp GROUP COMMAND [options]

      connector: MCP server URLs, each limited to some tools of one account
        connector create      make a connector, and show its URL once
        connector list        show the connectors of an account, newest first
        connector show ID     show one connector
        connector update ID   change what is named, and leave the rest
        connector rotate ID   give it a new URL, and let the old one live for a while or not at all
        connector disable ID  refuse its calls until it is enabled again
        connector enable ID   let its calls through again
        connector revoke ID   end it for good, at once
        connector test URL    show what a model would see behind a connector URL, and what that costs it

      account: sets of Gumloop credentials, and words of their own for groups of tools
        account put                store the Gumloop key of an account, new or known; asks for it, or reads it from a pipe
        account list               show the accounts
        account show               show one account; never its key
        account remove             remove an account and its key
        account group put NAME     name a group of tools, or change it and every connector that uses it
        account group list         show the groups of tools of an account
        account group remove NAME  remove a group that no connector uses

      api-token: tokens for this API, and for connectors that ask for more than their URL
        api-token create     make an API token, and show it once
        api-token list       show the API tokens, newest first
        api-token revoke ID  end an API token for good, at once

      audit: who changed what
        audit list  show who changed what, newest first

      by themselves
        logs              show recent tool calls, newest first
        doctor            check the whole deployment, from the clock to the Gumloop keys, and say what to fix
        disable           shut the MCP endpoint of a stack at once, for all connectors
        enable            open the MCP endpoint of a stack again
        completion SHELL  print what makes the shell complete commands, options and ids (bash or zsh)

      gumloop-mcp GROUP COMMAND --help shows options and examples. In a checkout: npm run -s cli -- …
      "
    `)
    expect((await run('connector rotate --help')).stdout).toMatchInlineSnapshot(`
      "Usage: gumloop-mcp connector rotate ID [options]

        Give it a new URL, and let the old one live for a while or not at all.

      Options
        --grace TIME    how long the old URL still works: 0s (default) to 24h
        --account NAME  the account; may be left out while there is only one

      Where and how
        --json           print the record as JSON
        --server URL     a running server (default: GUMLOOP_MCP_SERVER, the one of this folder, or http://127.0.0.1:8787)
        --stack NAME     a deployed stack, through its admin function and your AWS credentials
        --function NAME  the admin function itself, where it has another name
        --profile NAME   profile of your AWS configuration (AWS_PROFILE)
        --region NAME    region of the stack (AWS_REGION)
        --help           this text

      Examples
        gumloop-mcp connector rotate k3v9q0c2m7x1b8zd --grace 1h
        gumloop-mcp connector rotate k3v9q0c2m7x1b8zd
      "
    `)
    expect((await run('account')).stdout).toContain('account put')
  })

  test('is there for every command, and its examples are command lines that parse', async () => {
    for (const { words, examples } of COMMANDS) {
      const { exitCode, stdout } = await run(`${words.join(' ')} -h`)
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining(`Usage: gumloop-mcp ${words.join(' ')}`),
      ])
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        const [line = ''] = example.split(/ ([|<]|>>) /)
        const args = line.match(/"[^"]*"|\S+/g)?.map(arg => arg.replace(/^"|"$/g, '')) ?? []
        expect(parseCommandLine(args)).toMatchObject({ kind: 'command', command: { words } })
      }
    }
  })
})

describe('a wrong command line', () => {
  test.each([
    ['conector list', 'There is no command "conector".\nDid you mean connector?\n'],
    [
      'frobnicate',
      'There is no command "frobnicate".\nThere are connector, account, api-token, audit, logs, doctor, disable, enable, completion.\n',
    ],
    ['connector lst', 'There is no connector command "lst".\nDid you mean connector list?\n'],
    ['connector show', 'ID is missing.\ngumloop-mcp connector show --help shows what there is.\n'],
    ['connector create', '--name must be given.\ngumloop-mcp connector create --help shows what there is.\n'],
    [
      'connector list extra',
      '"extra" is one word too many.\ngumloop-mcp connector list --help shows what there is.\n',
    ],
    [
      'connector create --nme x',
      "Unknown option '--nme'. Did you mean --name?\ngumloop-mcp connector create --help shows what there is.\n",
    ],
    [
      'connector create --name',
      "Option '--name <value>' argument missing.\ngumloop-mcp connector create --help shows what there is.\n",
    ],
    ['connector create --name x --methods ,', 'A list is empty.\nSay all for no limit.\n'],
    [
      'connector create --name x --expires-at soon',
      '--expires-at soon is no moment.\nUse 30d, 12h, 2027-01-31T12:00:00Z, or never.\n',
    ],
  ])('%s is told what is wrong and exits with 2', async (line, stderr) => {
    expect(await run(line)).toEqual({ exitCode: 2, stdout: '', stderr })
  })
})
