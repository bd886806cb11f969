/** `gumloop-mcp audit …` */
import type { AuditEntry } from '../../lambda/admin/audit.ts'
import type { Command } from './command.ts'
import { renderTable } from './terminal.ts'

const list: Command = {
  words: ['audit', 'list'],
  about: 'list the changes made by administrators, newest first',
  options: {
    account: {
      type: 'string',
      value: 'NAME',
      about: 'changes in this account (default: changes to API tokens)',
    },
  },
  examples: ['audit list --account acme', 'audit list --json'],
  async run({ args, api, terminal }) {
    const account = args.text('account')
    const path = account === undefined ? '/audit' : `/audit?${new URLSearchParams({ account_id: account })}`
    const entries = await api.list<AuditEntry>(path)
    if (terminal.wantsJson)
      return terminal.json({ result: entries, next_cursor: null, result_count: entries.length })
    const rows = entries.map(({ at, actor, action, target, outcome, error }) => [
      at.replace(/\.\d+Z$/, 'Z'),
      actor,
      action,
      target,
      outcome === 'done'
        ? outcome
        : terminal.paint('yellow', error === null ? outcome : `${outcome}: ${error}`),
    ])
    for (const line of renderTable(['TIME', 'ACTOR', 'ACTION', 'TARGET', 'OUTCOME'], rows, terminal.paint)) {
      terminal.line(line)
    }
  },
}

export const AUDIT_COMMANDS: Command[] = [list]
