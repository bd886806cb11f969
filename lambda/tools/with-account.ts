/**
 * The one way to call Gumloop on behalf of a request: opens the connector's account, meters the requests to Gumloop,
 * writes the log line, and turns every failure into an `AppError`. Tools, resources, completion and tasks all use it.
 */
import { credentialGeneration, hasSameOwner } from '../accounts/credential-generation.ts'
import type { RequestContext } from '../auth/request-context.ts'
import { findTool } from '../catalog/catalog.ts'
import type { GumloopHosts } from '../gumloop/build-request.ts'
import type { CallContext } from '../gumloop/client.ts'
import type { GumloopCredentials } from '../gumloop/credentials.ts'
import { bindOperation, type Operation } from '../gumloop/operation.ts'
import { boundToRules, observing } from '../runs/observe/connector-rules.ts'
import type { ItemsBeside } from '../runs/watch/wait-request.ts'
import { AppError, describeCause, toAppError } from '../shared/errors.ts'
import type { LogFields } from '../shared/logger.ts'
import { callableOver } from './callable-tools.ts'
import { linkOpener, type OpenLink } from './link-opener.ts'
import { guardPermit, type PermitGuard } from './permit-guard.ts'

export interface AccountDeps {
  hosts: GumloopHosts
  credentials: {
    get(accountId: string): Promise<GumloopCredentials>
    refresh(accountId: string): Promise<GumloopCredentials>
  }
  /** Called when Gumloop rejected an account's key, even after it was read again. */
  onCredentialsRefused?: (accountId: string) => void
  /** Called when Gumloop answered a call of the account without rejecting its key. */
  onCredentialsAccepted?: (accountId: string) => void
}

/** Access to Gumloop with the credentials of the connector's account. */
export interface Account {
  /** Gumloop's operations that the connector's rules allow, within the request's deadline. */
  operation: Operation
  /** Of the credentials (`credentialGeneration`): what is stored of runs with others does not count. */
  generation: () => string
  /** Observes runs whatever the rules are (`observing`), within the deadline, epoch ms. */
  observationUntil: (deadlineMs: number) => Operation
  /** Opens links that are not Gumloop's API, within the request's deadline. */
  openLink: OpenLink
  /** Aborted when the client leaves, or when the connector no longer allows the call. */
  signal: AbortSignal
  /** What a wait reads beside its watch, so that it ends with the connector's permission. */
  beside: ItemsBeside
}

export interface AccountCall<T> {
  /** Name of the log line. */
  event: 'tool_call' | 'task_call'
  /** What is called, as fields of the line: the tool, or the task method. */
  subject: Record<string, string>
  /** The work. `open` reads the account's credentials; it throws AppError `account_not_configured`. */
  act: (open: () => Promise<Account>) => Promise<T>
  /** Further fields of the line; an `outcome` among them replaces `ok` or the error's code. */
  describe?: (ended: Ended<T>) => LogFields
}

export type Ended<T> = { ok: true; value: T } | { ok: false; error: AppError }

export type AccountResult<T> = Ended<T> & {
  /** Gumloop's own rate limit under the names of the IETF draft, for our HTTP response. */
  rateLimitHeaders: Record<string, string>
}

/** Carries out the call. Never throws: an error is returned, together with the rate limit that came with it. */
export async function withAccount<T>(
  context: RequestContext,
  call: AccountCall<T>,
  deps: AccountDeps,
): Promise<AccountResult<T>> {
  const { principal, requestId, logger } = context
  const { accountId } = principal
  const startedMs = Date.now()
  const meter = new Meter()
  const guard = guardPermit(context, call.subject.tool)
  const acted = await guard.whileAllowed(settle(call.act(() => openAccount(context, guard, meter, deps))))
  guard.stop()
  const ended = unlessRefused(acted, guard.ended(), call)
  if (!ended.ok && ended.error.code === 'credentials_refused') deps.onCredentialsRefused?.(accountId)
  if (ended.ok && meter.calls > 0) deps.onCredentialsAccepted?.(accountId)
  if (!ended.ok && ended.error.code === 'internal') {
    logger.error(`${call.event}_failed`, {
      request_id: requestId,
      ...call.subject,
      reason: describeCause(ended.error),
    })
  }
  logger.info(call.event, {
    request_id: requestId,
    connector_id: principal.connectorId,
    account_id: accountId,
    api_token_id: principal.apiTokenId,
    ...call.subject,
    outcome: ended.ok ? 'ok' : ended.error.code,
    duration_ms: Date.now() - startedMs,
    upstream_calls: meter.calls,
    upstream_status: meter.status,
    upstream_ms: meter.durationMs,
    ...call.describe?.(ended),
    client: context.client,
  })
  return { ...ended, rateLimitHeaders: meter.rateLimitHeaders }
}

/** What Gumloop's responses within one call add up to. */
class Meter {
  calls = 0
  /** HTTP status of the last response. */
  status: number | undefined
  durationMs = 0
  rateLimitHeaders: Record<string, string> = {}

  readonly onAnswer: NonNullable<CallContext['onAnswer']> = answer => {
    this.calls++
    this.status = answer.status
    this.durationMs += answer.durationMs
    this.rateLimitHeaders = { ...this.rateLimitHeaders, ...answer.rateLimitHeaders }
  }
}

/**
 * What became of the call, unless the connector stopped allowing it meanwhile: then nothing of it is shown, but that it
 * may have taken effect.
 * @param acted undefined: the call had not ended when it was given up.
 */
function unlessRefused<T>(
  acted: Ended<T> | undefined,
  rejection: AppError | undefined,
  call: Pick<AccountCall<T>, 'subject'>,
): Ended<T> {
  if (acted !== undefined && rejection === undefined) return acted
  const { code, message, details, cause } = rejection ?? new AppError('internal', 'The call was given up.')
  const known =
    acted === undefined || acted.ok ? !isRead(call) || undefined : acted.error.details.mayHaveTakenEffect
  const effect = known === undefined ? {} : { mayHaveTakenEffect: known }
  return { ok: false, error: new AppError(code, message, { ...details, ...effect }, cause) }
}

function isRead({ subject }: Pick<AccountCall<unknown>, 'subject'>): boolean {
  if (subject.tool === undefined) return subject.method === 'tasks/get'
  return findTool(subject.tool)?.definition.annotations.readOnlyHint === true
}

async function openAccount(
  context: RequestContext,
  { signal, beside }: PermitGuard,
  meter: Meter,
  deps: AccountDeps,
): Promise<Account> {
  const { deadlineMs } = context
  const { accountId, config } = context.principal
  const { hosts } = deps
  const credentials = await deps.credentials.get(accountId)
  let known: string | undefined
  const generation = () => {
    known ??= credentialGeneration(accountId, credentials, hosts)
    return known
  }
  const shared = {
    hosts,
    credentials,
    // What a call reads and records belongs to the owner that it began with.
    refreshCredentials: async () => {
      const fresh = await deps.credentials.refresh(accountId)
      if (hasSameOwner(generation(), credentialGeneration(accountId, fresh, hosts))) return fresh
      throw ownerChanged()
    },
    signal,
    onAnswer: meter.onAnswer,
  }
  const operationUntil = (untilMs: number) => bindOperation({ ...shared, deadlineMs: untilMs })
  return {
    generation,
    operation: boundToRules(operationUntil(deadlineMs), callableOver(config)),
    observationUntil: untilMs => observing(operationUntil(untilMs)),
    openLink: linkOpener({ ...context, signal }, hosts),
    signal,
    beside,
  }
}

function ownerChanged(): AppError {
  return new AppError(
    'conflict',
    'The account got the Gumloop credentials of another owner during this call.',
    {
      mayHaveTakenEffect: false,
      nextStep: 'Call again.',
    },
  )
}

async function settle<T>(work: Promise<T>): Promise<Ended<T>> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    return { ok: false, error: toAppError(error) }
  }
}
