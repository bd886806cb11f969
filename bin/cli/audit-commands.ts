/** `gumloop-mcp audit …` */
import type { AuditEntry } from '../../lambda/admin/audit.ts'
import type { Command } from './command.ts'
import { renderTable } from './terminal.ts'

const list: Command = {
  words: ['audit', 'list'],
  about: 'show who changed what, newest first',
  options: {
    account: { type: 'string', value: 'NAME', about: 'in this account; left out: the changes to API tokens' },
  },
  examples: ['audit list --account acme', 'audit list --json'],
  async run({ given, api, terminal }) {
    const account = given.text('account')
    const path = account === undefined ? '/audit' : `/audit?${new URLSearchParams({ account_id: account })}`
    const entries = await api.askAll<AuditEntry>(path)
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
    for (const line of renderTable(['WHEN', 'WHO', 'WHAT', 'TARGET', 'OUTCOME'], rows, terminal.paint)) {
      terminal.line(line)
    }
  },
}

export const AUDIT_COMMANDS: Command[] = [list]
