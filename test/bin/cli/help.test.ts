import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../bin/cli/commands.ts'
import { parseCommandLine } from '../../../bin/cli/parse-command-line.ts'
import { cli } from '../../support/cli.ts'

const run = (line: string) => cli(line.split(' '), { env: {}, nowMs: 0 })

describe('help', () => {
  test('is printed for the program, a group and a command', async () => {
    expect((await run('--help')).stdout).toMatchInlineSnapshot(`
      "Usage: gumloop-mcp GROUP COMMAND [options]

      connector: MCP server URLs, each for one account and a selection of tools
        connector create        create a connector and show its URL once
        connector list          list the connectors of an account, newest first
        connector show ID       show a connector
        connector update ID     change settings of a connector
        connector rotate ID     replace the URL of a connector; the old one can stay valid for a grace period
        connector disable ID    reject calls to a connector until it is enabled again
        connector enable ID     accept calls to a connector again
        connector refresh [ID]  offer the tools that were added since a connector was made, after showing them
        connector revoke ID     revoke a connector immediately and permanently
        connector test URL      show the tools that a model sees at a connector URL, and their token counts

      account: sets of Gumloop credentials, and their tool groups
        account put                create an account or replace its Gumloop key, which is read from a prompt or a pipe
        account list               list the accounts
        account show               show an account (never its key)
        account remove             remove an account and its key
        account group put NAME     create a tool group, or change it together with every connector that uses it
        account group list         list the tool groups of an account
        account group remove NAME  remove a tool group that no connector uses

      api-token: tokens for the admin API, and for connectors that require one beside their URL
        api-token create     create an API token and show it once
        api-token list       list the API tokens, newest first
        api-token revoke ID  revoke an API token and all that descend from it, permanently

      audit: changes made by administrators
        audit list  list the changes made by administrators, newest first

      Other commands
        logs              list recent tool calls, newest first
        doctor            check the deployment, including the Gumloop keys, and say what to fix
        disable           close the MCP endpoint of a stack immediately, for all connectors (kill switch)
        enable            open the MCP endpoint of a stack again
        completion SHELL  print a script for shell completion of commands, options and ids (bash or zsh)

      To run and deploy the server
        npm start          run the server on this machine, with the sandbox or with your Gumloop key
        npm run deploy     deploy the server to your AWS account
        npx cdk            run AWS CDK on this server: synth, diff, destroy and so on
        npm run ip-ranges  write published IP ranges into a stage file
        npm run sandbox    run the sandbox alone, a local Gumloop simulator

      For options and examples: gumloop-mcp GROUP COMMAND --help. In a checkout: npm run -s cli -- …
      "
    `)
    expect((await run('connector rotate --help')).stdout).toMatchInlineSnapshot(`
      "Usage: gumloop-mcp connector rotate ID [options]

        Replace the URL of a connector; the old one can stay valid for a grace period.

      Options
        --grace TIME    how long the old URL stays valid: 0s (default) to 24h
        --account NAME  account name (optional if there is only one)

      Common options
        --json           print the result as JSON
        --server URL     a running server (default: GUMLOOP_MCP_SERVER, the server of this folder, or http://127.0.0.1:8787)
        --stack NAME     a deployed stack, through its admin function with your AWS credentials
        --function NAME  the admin function itself, if its name is different
        --profile NAME   AWS profile (default: AWS_PROFILE)
        --region NAME    AWS region of the stack (default: AWS_REGION)
        --help           show this help

      Examples
        gumloop-mcp connector rotate k3v9q0c2m7x1b8zd --grace 1h
        gumloop-mcp connector rotate k3v9q0c2m7x1b8zd
      "
    `)
    expect((await run('account')).stdout).toContain('account put')
  })

  test('exists for every command, and its examples parse', async () => {
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

describe('an invalid command line', () => {
  test.each([
    ['conector list', 'Unknown command "conector".\nDid you mean connector?\n'],
    [
      'frobnicate',
      'Unknown command "frobnicate".\nAvailable: connector, account, api-token, audit, logs, doctor, disable, enable, completion.\n',
    ],
    ['connector lst', 'Unknown connector command "lst".\nDid you mean connector list?\n'],
    ['connector show', 'ID is required.\nSee gumloop-mcp connector show --help.\n'],
    ['connector create', '--name is required.\nSee gumloop-mcp connector create --help.\n'],
    ['connector list extra', 'Unexpected argument: "extra".\nSee gumloop-mcp connector list --help.\n'],
    [
      'connector create --nme x',
      "Unknown option '--nme'. Did you mean --name?\nSee gumloop-mcp connector create --help.\n",
    ],
    [
      'connector create --name',
      "Option '--name <value>' argument missing.\nSee gumloop-mcp connector create --help.\n",
    ],
    ['connector create --name x --methods ,', 'A list is empty.\nUse all for no restriction.\n'],
    [
      'connector create --name x --expires-at soon',
      'Invalid --expires-at: use a date (2027-01-31), a timestamp, or a duration (30d, 12h).\nFor no expiry, use never.\n',
    ],
  ])('%s prints the error and exits with 2', async (line, stderr) => {
    expect(await run(line)).toEqual({ exitCode: 2, stdout: '', stderr })
  })
})
