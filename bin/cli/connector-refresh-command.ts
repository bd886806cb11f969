/** `gumloop-mcp connector refresh`: accepts the tools that an update of the product added. */
import type { ConnectorRefresh } from '../../lambda/admin/connector-admin.ts'
import { type ConnectorRecord, connectorStatus } from '../../lambda/connectors/connector.ts'
import { usageFailure } from './cli-failure.ts'
import type { Command, Context } from './command.ts'
import { ACCOUNT_OPTION, connectorsPath } from './which-account.ts'

export const connectorRefresh: Command = {
  words: ['connector', 'refresh'],
  about: 'offer the tools that were added since a connector was made, after showing them',
  argument: 'ID',
  argumentIsOptional: true,
  options: {
    all: { type: 'boolean', about: 'every connector of the account that is not revoked' },
    preview: { type: 'boolean', about: 'only list the tools that would be added' },
    account: ACCOUNT_OPTION,
    yes: { type: 'boolean', about: 'skip the confirmation' },
  },
  examples: ['connector refresh k3v9q0c2m7x1b8zd --preview', 'connector refresh --all --account acme --yes'],
  async run(context) {
    const { api, args, terminal, nowMs } = context
    const path = await connectorsPath(context)
    const ids = await chosenIds(context, path, nowMs)
    const ask = (id: string, preview: boolean): Promise<ConnectorRefresh> =>
      api.request('POST', `${path}/${encodeURIComponent(id)}/refresh`, { preview })

    const previews: ConnectorRefresh[] = []
    for (const id of ids) previews.push(await ask(id, true))
    const isPreview = args.flag('preview') === true
    if (!terminal.wantsJson) for (const line of previews.flatMap(previewLines)) terminal.line(line)
    if (!isPreview && !terminal.wantsJson && terminal.isInteractive && args.flag('yes') !== true) {
      if (!(await terminal.confirm('Offer these tools to the clients of these connectors?')))
        return terminal.note('Nothing was changed.')
    }
    const results: ConnectorRefresh[] = []
    for (const id of isPreview ? [] : ids) results.push(await ask(id, false))
    const shown = isPreview ? previews : results
    if (terminal.wantsJson) return terminal.json({ result: shown, result_count: shown.length })
    for (const { connector } of results)
      terminal.line(`${terminal.paint('green', 'Refreshed')} ${connector.name} (${connector.id}).`)
  },
}

async function chosenIds({ api, args }: Context, path: string, nowMs: number): Promise<string[]> {
  const isAll = args.flag('all') === true
  if (isAll === (args.id !== '')) {
    throw usageFailure('Name one connector, or use --all.', 'See gumloop-mcp connector refresh --help.')
  }
  if (!isAll) return [args.id]
  const connectors = await api.list<ConnectorRecord>(path)
  return connectors.filter(one => connectorStatus(one, nowMs) !== 'revoked').map(({ id }) => id)
}

function previewLines({ connector, added_tools }: ConnectorRefresh): string[] {
  const head = `${connector.name} (${connector.id})`
  if (added_tools.length === 0) return [`${head}: no new tools`]
  return [
    `${head}: ${added_tools.length} new ${added_tools.length === 1 ? 'tool' : 'tools'}`,
    ...added_tools.map(name => `  ${name}`),
  ]
}
