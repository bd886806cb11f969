/**
 * Proof of an AWS identity: a request for `GetCallerIdentity` that its maker signs and does not send. Who receives it
 * sends it to STS, which answers with the maker's ARN. It is signed for one recipient and for one administration request,
 * so nobody can use it elsewhere or for anything else. Pure.
 */
import { createHash } from 'node:crypto'
import aws4 from 'aws4'
import { partitionOf } from './partition.ts'

/** What the maker of a proof sends; everything else of the request is fixed, and the recipient adds it. */
export interface IdentityProof {
  /** The host of STS that the request is signed for. */
  host: string
  /** When it was signed: `20261122T120000Z`. */
  amz_date: string
  /** The header `authorization`. */
  authorization: string
  /** Of temporary credentials: the header `x-amz-security-token`. */
  security_token?: string
}

/** Whom a proof is for, and what it may be used for. */
export interface ProofPurpose {
  /** ARN of the function that receives the proof, without a qualifier. */
  functionArn: string
  /** The administration request that it comes with. */
  request: { method: string; path: string; body?: unknown }
}

export interface SigningCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
}

/** Headers that every proof must have signed: without them it would fit any recipient, or any request. */
export const AUDIENCE_HEADER = 'x-gumloop-mcp-audience'
export const REQUEST_HEADER = 'x-gumloop-mcp-request'

export const CALLER_IDENTITY_BODY = 'Action=GetCallerIdentity&Version=2011-06-15'
const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8'

/** The headers that bind a request for `GetCallerIdentity` to its purpose. */
export function purposeHeaders({ functionArn, request }: ProofPurpose): Record<string, string> {
  return { [AUDIENCE_HEADER]: functionArn, [REQUEST_HEADER]: digestOf(request) }
}

/** SHA-256 of the request, in hexadecimal: method, path and JSON body as one JSON array. */
function digestOf({ method, path, body }: ProofPurpose['request']): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null]))
    .digest('hex')
}

/** The whole request for `GetCallerIdentity` with these additional headers, signed for STS in `region`. */
export function signCallerIdentity(
  credentials: SigningCredentials,
  place: { region: string; nowMs: number },
  additional: Record<string, string> = {},
): IdentityProof {
  const host = stsHost(place.region)
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const amzDate = `${new Date(place.nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const signed = aws4.sign(
    {
      host,
      method: 'POST',
      path: '/',
      service: 'sts',
      region: place.region,
      headers: { 'content-type': CONTENT_TYPE, 'x-amz-date': amzDate, ...additional },
      body: CALLER_IDENTITY_BODY,
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  )
  return {
    host,
    amz_date: amzDate,
    authorization: String(signed.headers?.Authorization),
    ...(sessionToken === undefined ? {} : { security_token: sessionToken }),
  }
}

/** The headers of the request that the proof is the signature of. */
export function callerIdentityHeaders(
  proof: IdentityProof,
  additional: Record<string, string> = {},
): Record<string, string> {
  return {
    host: proof.host,
    // Not signed. Without it STS answers in XML.
    accept: 'application/json',
    'content-type': CONTENT_TYPE,
    'content-length': String(Buffer.byteLength(CALLER_IDENTITY_BODY)),
    'x-amz-date': proof.amz_date,
    ...(proof.security_token === undefined ? {} : { 'x-amz-security-token': proof.security_token }),
    ...additional,
    authorization: proof.authorization,
  }
}

function stsHost(region: string): string {
  return `sts.${region}.${partitionOf(region).dnsSuffix}`
}

/** Every host of STS that may say who a caller is, seen from a function in `region`. */
export function stsHosts(region: string): string[] {
  const { name, dnsSuffix } = partitionOf(region)
  const global = name === 'aws' ? [`sts.${dnsSuffix}`] : []
  return [stsHost(region), `sts-fips.${region}.${dnsSuffix}`, ...global]
}
