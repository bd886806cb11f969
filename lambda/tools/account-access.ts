/** Gumloop's operations with the credentials of the connector's account: what one request may ask of Gumloop. */
import type { GumloopHosts } from '../gumloop/build-request.ts'
import type { CallContext } from '../gumloop/client.ts'
import type { GumloopCredentials } from '../gumloop/credentials.ts'
import { bindOperation, type Operation } from '../gumloop/operation.ts'

export interface AccountAccessDeps {
  hosts: GumloopHosts
  credentials: {
    get(accountId: string): Promise<GumloopCredentials>
    refresh(accountId: string): Promise<GumloopCredentials>
  }
}

/**
 * The operations, each to be over by the epoch ms given. The credentials are read now, once.
 * @throws AppError `account_not_configured`.
 */
export async function openAccount(
  accountId: string,
  { signal, onAnswer }: { signal: AbortSignal; onAnswer: NonNullable<CallContext['onAnswer']> },
  deps: AccountAccessDeps,
): Promise<(deadlineMs: number) => Operation> {
  const context = {
    hosts: deps.hosts,
    credentials: await deps.credentials.get(accountId),
    refreshCredentials: () => deps.credentials.refresh(accountId),
    signal,
    onAnswer,
  }
  return deadlineMs => bindOperation({ ...context, deadlineMs })
}
