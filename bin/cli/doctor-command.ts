/** `gumloop-mcp doctor` */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import type { DeploymentView } from '../../lambda/admin/deployment-view.ts'
import { CliFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { type Finding, findingsOf } from './doctor-findings.ts'
import { probeAccount } from './probe-account.ts'
import type { Color } from './terminal.ts'

const COLORS: Record<Finding['state'], Color> = {
  ok: 'green',
  off: 'dim',
  warning: 'yellow',
  failed: 'red',
}

export const DOCTOR_COMMAND: Command = {
  words: ['doctor'],
  about: 'check the deployment, including the Gumloop keys, and say what to fix',
  options: {
    account: { type: 'string', value: 'NAME', about: 'check only this account' },
    probe: {
      type: 'boolean',
      isNegatable: true,
      about: 'call Gumloop once per account, through a temporary connector (default; --no-probe: skip this)',
    },
  },
  examples: ['doctor', 'doctor --stack GumloopMcp-prod', 'doctor --no-probe --json'],
  async run(context) {
    const { api, terminal, args, nowMs } = context
    const sentMs = Date.now()
    const view: DeploymentView = await api.request('GET', '/deployment')
    const findings = findingsOf(view, nowMs + (Date.now() - sentMs))
    for (const account of await accountsOf(context)) {
      findings.push(
        args.flag('probe') === false ? stateOf(account) : await probeAccount(account, api, Date.now()),
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

async function accountsOf({ api, args }: Context): Promise<AccountRecord[]> {
  const name = args.text('account')
  if (name === undefined) return api.list('/accounts')
  return [await api.request('GET', `/accounts/${encodeURIComponent(name)}`)]
}

function stateOf({ id, state }: AccountRecord): Finding {
  const about = `account ${id}`
  if (state === 'ready') return { about, state: 'ok', says: 'has a key that Gumloop has not rejected' }
  const fix = `Store a new one: gumloop-mcp account put --account ${id}`
  return { about, state: 'failed', says: 'Gumloop rejects its key', fix }
}

function print(findings: Finding[], { terminal }: Context): void {
  const width = Math.max(...findings.map(({ about }) => about.length))
  for (const { about, state, says, fix } of findings) {
    const word = terminal.paint(COLORS[state], state.padEnd('warning'.length))
    terminal.line(`${word}  ${about.padEnd(width)}  ${says}`)
    if (fix !== undefined)
      terminal.line(`${' '.repeat('warning'.length + width + 4)}${terminal.paint('bold', fix)}`)
  }
}
