/** The account of a command: the one in `--account`, or the only one that exists. */
import type { AccountRecord } from '../../lambda/accounts/account.ts'
import { usageFailure } from './cli-failure.ts'
import type { Context, Option } from './command.ts'

export const ACCOUNT_OPTION: Option = {
  type: 'string',
  value: 'NAME',
  about: 'account name (optional if there is only one)',
}

/** Path of the account's connectors. Throws `CliFailure` if the account is ambiguous. */
export async function connectorsPath(context: Context): Promise<string> {
  return `${await accountBase(context)}/mcp`
}

/** Path prefix of everything in the account. Throws `CliFailure` as above. */
export async function accountBase(context: Context): Promise<string> {
  return `/integrated-account/${encodeURIComponent(await accountId(context))}`
}

/** Id of the account. Throws `CliFailure` as above. */
export async function accountId({ args, api }: Context): Promise<string> {
  return args.text('account') ?? (await onlyAccount(api))
}

async function onlyAccount(api: Context['api']): Promise<string> {
  const accounts = await api.list<AccountRecord>('/accounts')
  const [first, ...others] = accounts
  if (first === undefined) {
    throw usageFailure('No accounts exist yet.', 'Create one: gumloop-mcp account put --account NAME')
  }
  if (others.length === 0) return first.id
  throw usageFailure(
    'Several accounts exist.',
    `Select one with --account: ${accounts.map(({ id }) => id).join(', ')}`,
  )
}
