/** `gumloop-mcp doctor` */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import type { DeploymentView } from '../../lambda/admin/deployment-view.ts'
import { CliFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { type Finding, findingsOf } from './doctor-findings.ts'
import { probeAccount } from './probe-account.ts'
import type { Colour } from './terminal.ts'

const COLOURS: Record<Finding['state'], Colour> = {
  ok: 'green',
  off: 'dim',
  warning: 'yellow',
  failed: 'red',
}

export const DOCTOR_COMMAND: Command = {
  words: ['doctor'],
  about: 'check the whole deployment, from the clock to the Gumloop keys, and say what to fix',
  options: {
    account: { type: 'string', value: 'NAME', about: 'only this account' },
    probe: {
      type: 'boolean',
      isNegatable: true,
      about:
        'call Gumloop once per account, through a connector made for it and revoked at once (--no-probe: do not)',
    },
  },
  examples: ['doctor', 'doctor --stack GumloopMcp-prod', 'doctor --no-probe --json'],
  async run(context) {
    const { api, terminal, given, nowMs } = context
    const askedMs = Date.now()
    const view: DeploymentView = await api.ask('GET', '/deployment')
    const findings = findingsOf(view, nowMs + (Date.now() - askedMs))
    for (const account of await accountsOf(context)) {
      findings.push(
        given.flag('probe') === false ? stateOf(account) : await probeAccount(account, api, Date.now()),
      )
    }
    if (terminal.wantsJson) terminal.json({ findings })
    else print(findings, context)
    const failed = findings.filter(({ state }) => state === 'failed')
    if (failed.length > 0) {
      throw new CliFailure(1, `${failed.length} of ${findings.length} checks failed.`, { code: 'unhealthy' })
    }
  },
}

async function accountsOf({ api, given }: Context): Promise<AccountRecord[]> {
  const name = given.text('account')
  if (name === undefined) return api.askAll('/accounts')
  return [await api.ask('GET', `/accounts/${encodeURIComponent(name)}`)]
}

function stateOf({ id, state }: AccountRecord): Finding {
  const about = `account ${id}`
  if (state === 'ready') return { about, state: 'ok', says: 'has a key that Gumloop has not refused' }
  const fix = `Store a new one: gumloop-mcp account put --account ${id}`
  return { about, state: 'failed', says: 'Gumloop refuses its key', fix }
}

function print(findings: Finding[], { terminal }: Context): void {
  const width = Math.max(...findings.map(({ about }) => about.length))
  for (const { about, state, says, fix } of findings) {
    const word = terminal.paint(COLOURS[state], state.padEnd('warning'.length))
    terminal.line(`${word}  ${about.padEnd(width)}  ${says}`)
    if (fix !== undefined)
      terminal.line(`${' '.repeat('warning'.length + width + 4)}${terminal.paint('bold', fix)}`)
  }
}
