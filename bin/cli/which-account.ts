/** The account a command is about: the one named, or the only one there is. */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import { usageFailure } from './cli-failure.ts'
import type { Context, Option } from './command.ts'

export const ACCOUNT_OPTION: Option = {
  type: 'string',
  value: 'NAME',
  about: 'the account; may be left out while there is only one',
}

/** Path of the account's connectors. Throws `CliFailure` when it is not clear which account is meant. */
export async function connectorsPath(context: Context): Promise<string> {
  return `${await accountBase(context)}/mcp`
}

/** What the paths of everything in the account begin with. Throws `CliFailure` as above. */
export async function accountBase(context: Context): Promise<string> {
  return `/integrated-account/${encodeURIComponent(await accountId(context))}`
}

/** Id of the account that is meant. Throws `CliFailure` as above. */
export async function accountId({ given, api }: Context): Promise<string> {
  return given.text('account') ?? (await onlyAccount(api))
}

async function onlyAccount(api: Context['api']): Promise<string> {
  const accounts = await api.askAll<AccountRecord>('/accounts')
  const [first, ...others] = accounts
  if (first === undefined) {
    throw usageFailure('There is no account yet.', 'Make one: gumloop-mcp account put --account NAME')
  }
  if (others.length === 0) return first.id
  throw usageFailure(
    'There are several accounts.',
    `Name one with --account: ${accounts.map(({ id }) => id).join(', ')}`,
  )
}
