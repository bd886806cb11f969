/** Asks STS who signed a request for `GetCallerIdentity`. */
import type http from 'node:http'
import { isObject } from '../shared/json-value.ts'
import { exchangeHttp } from '../shared/transport/choose-transport.ts'
import {
  AUDIENCE_HEADER,
  CALLER_IDENTITY_BODY,
  callerIdentityHeaders,
  type IdentityProof,
  type ProofPurpose,
  purposeHeaders,
  REQUEST_HEADER,
  stsHosts,
} from './identity-proof.ts'

/** Why a proof was not accepted. Names no part of it. */
export type ProofRejection =
  | 'malformed'
  | 'host_not_allowed'
  | 'wrong_time'
  | 'header_not_signed'
  | 'not_confirmed' // by STS
  | 'unreachable'

export type VerifiedIdentity = { ok: true; arn: string } | { ok: false; reason: ProofRejection }

export interface VerifyOptions extends ProofPurpose {
  /** The region of the function that verifies. */
  region: string
  nowMs: number
  /** Replaces Node's own agent. */
  agent?: http.Agent
}

/** How old a proof may be, and how far a clock may be ahead of ours. */
const MAX_DIFFERENCE_MS = 60_000
const TIMEOUT_MS = 3_000
/** An answer has about 500 characters. */
const MAX_ANSWER_BYTES = 10_000
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=\w{1,128}\/\d{8}\/[a-z\d-]{1,40}\/sts\/aws4_request, SignedHeaders=([a-z\d;-]{1,500}), Signature=[a-f\d]{64}$/
/** Of users, roles' sessions, federated users and the root user; 2,048 characters is AWS's own limit. */
const ARN = /^arn:[a-z-]{3,20}:(?:iam|sts)::\d{12}:[\x21-\x7e]{1,2000}$/

/**
 * The ARN of the identity that made `proof` for this purpose. The proof decides nothing about the request that is sent:
 * host (of a short list), path, method, body, and what it is made for are ours, so a proof for anything else fails at
 * STS. Never throws.
 */
export async function verifyIdentity(proof: unknown, options: VerifyOptions): Promise<VerifiedIdentity> {
  const read = readProof(proof)
  if (read === undefined) return { ok: false, reason: 'malformed' }
  const { host, amz_date, authorization } = read
  if (!stsHosts(options.region).includes(host)) return { ok: false, reason: 'host_not_allowed' }
  if (!(Math.abs(options.nowMs - signedAtMs(amz_date)) <= MAX_DIFFERENCE_MS))
    return { ok: false, reason: 'wrong_time' }
  const signed = AUTHORIZATION.exec(authorization)?.[1]?.split(';') ?? []
  const isBound = ['host', 'x-amz-date', AUDIENCE_HEADER, REQUEST_HEADER].every(name => signed.includes(name))
  if (!isBound) return { ok: false, reason: 'header_not_signed' }
  try {
    const arn = await askSts(read, purposeHeaders(options), options.agent)
    return arn === undefined ? { ok: false, reason: 'not_confirmed' } : { ok: true, arn }
  } catch {
    return { ok: false, reason: 'unreachable' }
  }
}

/**
 * Sends the request that `proof` is the signature of, and returns the ARN in the answer, or undefined when STS does not
 * confirm it. Rejects when STS cannot be reached.
 */
export async function askSts(
  proof: IdentityProof,
  additionalHeaders: Record<string, string> = {},
  agent?: http.Agent,
): Promise<string | undefined> {
  // AWS's own variables, as in its clients, for emulators. Whoever can set them for a function can change its code.
  const configured = process.env.AWS_ENDPOINT_URL_STS || process.env.AWS_ENDPOINT_URL
  const { status, body } = await exchangeHttp({
    url: configured || `https://${proof.host}/`,
    method: 'POST',
    headers: callerIdentityHeaders(proof, additionalHeaders),
    ...(agent === undefined ? {} : { agent }),
    body: CALLER_IDENTITY_BODY,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  return status === 200 ? arnIn(body.toString('utf8')) : undefined
}

function arnIn(text: string): string | undefined {
  let arn: unknown
  try {
    const answer: unknown = JSON.parse(text)
    const response = isObject(answer) ? answer.GetCallerIdentityResponse : undefined
    const result = isObject(response) ? response.GetCallerIdentityResult : undefined
    arn = isObject(result) ? result.Arn : undefined
  } catch {
    return undefined
  }
  return typeof arn === 'string' && ARN.test(arn) ? arn : undefined
}

function readProof(value: unknown): IdentityProof | undefined {
  if (!isObject(value)) return undefined
  const { host, amz_date, authorization, security_token } = value
  if (typeof host !== 'string' || typeof amz_date !== 'string' || typeof authorization !== 'string')
    return undefined
  if (!AUTHORIZATION.test(authorization)) return undefined
  const proof = { host, amz_date, authorization }
  if (security_token === undefined) return proof
  const isToken = typeof security_token === 'string' && /^[\x21-\x7e]{1,8192}$/.test(security_token)
  return isToken ? { ...proof, security_token } : undefined
}

/** Epoch ms of `20261122T120000Z`; NaN for anything else. */
function signedAtMs(amzDate: string): number {
  const [, date, time] = /^(\d{4}\d{2}\d{2})T(\d{6})Z$/.exec(amzDate) ?? []
  if (date === undefined || time === undefined) return Number.NaN
  const parts = (text: string, separator: string) =>
    text.replace(/^(\d+)(\d\d)(\d\d)$/, `$1${separator}$2${separator}$3`)
  return Date.parse(`${parts(date, '-')}T${parts(time, ':')}Z`)
}
