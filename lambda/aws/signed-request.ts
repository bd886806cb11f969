/**
 * One signed POST to an AWS service, for the request path and the poller: the official clients cost fifteen times more
 * at a cold start (docs/decisions/0004-signed-requests-instead-of-aws-clients.md). `node:http(s)` with a keep-alive
 * agent; never the global `fetch`.
 */
import type http from 'node:http'
import { AppError } from '../shared/errors.ts'
import { toJson } from '../shared/json-text.ts'
import { isObject } from '../shared/json-value.ts'
import { dropIdleConnections, exchangeHttp } from '../shared/transport/choose-transport.ts'
import { partitionOf } from './partition.ts'
import { signRequest } from './signature.ts'

export type AwsService = 'dynamodb' | 'secretsmanager' | 'states' | 'events'

const SERVICES: Record<AwsService, { endpointVariable: string; contentType: string; targetPrefix: string }> =
  {
    dynamodb: {
      endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
      contentType: 'application/x-amz-json-1.0',
      targetPrefix: 'DynamoDB_20120810',
    },
    secretsmanager: {
      endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
      contentType: 'application/x-amz-json-1.1',
      targetPrefix: 'secretsmanager',
    },
    states: {
      endpointVariable: 'AWS_ENDPOINT_URL_SFN',
      contentType: 'application/x-amz-json-1.0',
      targetPrefix: 'AWSStepFunctions',
    },
    events: {
      endpointVariable: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
      contentType: 'application/x-amz-json-1.1',
      targetPrefix: 'AWSEvents',
    },
  }

export interface SignedCall {
  service: AwsService
  /** The service's own name of the operation: `GetItem`. */
  operation: string
  input: unknown
  /** Limit of one attempt; there are at most two. */
  timeoutMs?: number
}

/** The service's response; `errorName` is the bare name of its exception (`ConditionalCheckFailedException`). */
export interface SignedResponse {
  ok: boolean
  body: Record<string, unknown>
  errorName?: string
}

const ATTEMPT_TIMEOUT_MS = 2_500
const MAX_RESPONSE_BYTES = 1_000_000
/** Wait before retrying a temporary error of the service; a dead socket is retried without waiting. */
const BACKOFF_MS = 60
const TEMPORARY_ERRORS = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'InternalServiceError',
  'InternalServiceErrorException',
  'ServiceUnavailable',
])

/** Agents for `node:http` that replace the default for a service: the local server's way to its embedded table. */
const agentsByService = new Map<AwsService, http.Agent>()

/** From now on, requests to `service` go through `agent`. */
export function routeServiceThrough(service: AwsService, agent: http.Agent): void {
  agentsByService.set(service, agent)
}

/**
 * Sends `input` as JSON and returns the response, whether it is a result or one of the service's exceptions.
 * Retries once after a dead socket (a frozen environment resumes with dead ones), after a timeout and after
 * the service's temporary errors, so every request sent through here must be safe to execute twice.
 * Throws `internal` when there is no response at all, or no credentials.
 */
export async function signedRequest(call: SignedCall): Promise<SignedResponse> {
  const first = await attempt(call)
  if (first.kind === 'answer' && !isTemporary(first.answer)) return first.answer
  dropIdleConnections()
  if (first.kind === 'answer') await new Promise(resolve => setTimeout(resolve, BACKOFF_MS))
  const second = await attempt(call)
  if (second.kind === 'answer') return second.answer
  throw unavailable(call.service, second.cause)
}

/** Opens a connection (DNS, TLS) before the first request needs it. Never throws. */
export async function openConnection(service: AwsService): Promise<void> {
  try {
    const url = endpointUrl(service)
    await send(url, { method: 'GET', headers: {}, agent: agentsByService.get(service) }, undefined, 1_000)
  } catch {
    // The first request will fail the same way and report it.
  }
}

type Attempt = { kind: 'answer'; answer: SignedResponse } | { kind: 'error'; cause: unknown }

async function attempt(call: SignedCall): Promise<Attempt> {
  const { contentType, targetPrefix } = SERVICES[call.service]
  const url = endpointUrl(call.service)
  const body = toJson(call.input)
  const target = `${targetPrefix}.${call.operation}`
  const { host, pathname: path } = url
  const unsigned = { host, path, service: call.service, region: region(), contentType, target, body }
  const headers = signRequest(unsigned, environmentCredentials(), Date.now())
  try {
    const { status, text } = await send(
      url,
      { method: 'POST', headers, agent: agentsByService.get(call.service) },
      body,
      call.timeoutMs ?? ATTEMPT_TIMEOUT_MS,
    )
    return { kind: 'answer', answer: readAnswer(status, text) }
  } catch (cause) {
    return { kind: 'error', cause }
  }
}

function readAnswer(status: number, text: string): SignedResponse {
  const parsed: unknown = text === '' ? {} : JSON.parse(text)
  const body = isObject(parsed) ? parsed : {}
  if (status === 200) return { ok: true, body }
  // `__type` is `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, with or without the part before `#`.
  const type = typeof body.__type === 'string' ? body.__type : `Status${status}`
  return { ok: false, body, errorName: type.slice(type.lastIndexOf('#') + 1) }
}

async function send(
  url: URL,
  {
    method,
    headers,
    agent,
  }: { method: string; headers: Record<string, string>; agent: http.Agent | undefined },
  body: string | undefined,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  const answer = await exchangeHttp({
    url: url.href,
    method,
    headers,
    timeoutMs,
    maxBytes: MAX_RESPONSE_BYTES,
    ...(body !== undefined && { body }),
    ...(agent !== undefined && { agent }),
  })
  return { status: answer.status, text: answer.body.toString('utf8') }
}

function isTemporary(answer: SignedResponse): boolean {
  return (
    !answer.ok && (TEMPORARY_ERRORS.has(answer.errorName ?? '') || /^Status5/.test(answer.errorName ?? ''))
  )
}

function endpointUrl(service: AwsService): URL {
  const configured = process.env[SERVICES[service].endpointVariable] ?? process.env.AWS_ENDPOINT_URL
  if (configured !== undefined && configured !== '') return parsedUrl(configured)
  return parsedUrl(`https://${service}.${region()}.${partitionOf(region()).dnsSuffix}/`)
}

const urls = new Map<string, URL>()

/** The few endpoints are parsed once. */
function parsedUrl(text: string): URL {
  const url = urls.get(text) ?? new URL(text)
  urls.set(text, url)
  return url
}

function region(): string {
  const name = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  if (name === undefined || name === '') throw new AppError('internal', 'AWS_REGION is not set.')
  return name
}

/** Read on every call, since Lambda renews them in a long-lived environment. */
function environmentCredentials() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new AppError('internal', 'No AWS credentials in the environment.')
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  }
}

function unavailable(service: AwsService, cause: unknown): AppError {
  const names: Record<AwsService, string> = {
    dynamodb: 'The table',
    secretsmanager: 'Secrets Manager',
    states: 'Step Functions',
    events: 'EventBridge',
  }
  return new AppError('internal', `${names[service]} could not be reached. Try again.`, {}, cause)
}
