/** Who invoked the IAM-only function, for the audit trail: the identity that AWS confirms, never what the caller states. */
import { type ProofRejection, type VerifiedIdentity, verifyIdentity } from '../aws/caller-identity.ts'
import type { ProofPurpose } from '../aws/identity-proof.ts'
import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'

/** IAM let this caller invoke the function, and nothing proves who it is. */
export const UNVERIFIED_INVOKER = 'iam:unverified'

export interface IdentifyDeps {
  region: string
  now: Clock
  logger: Logger
}

/** `iam:<arn>`, or `iam:unverified` when the proof is absent or does not hold. Never throws. */
export async function identifyInvoker(
  proof: unknown,
  purpose: ProofPurpose,
  { region, now, logger }: IdentifyDeps,
): Promise<string> {
  const identity: VerifiedIdentity | { ok: false; reason: ProofRejection | 'absent' } =
    proof === undefined
      ? { ok: false, reason: 'absent' }
      : await verifyIdentity(proof, { ...purpose, region, nowMs: now() })
  if (identity.ok) return `iam:${identity.arn}`
  logger.warn('identity_not_verified', { reason: identity.reason })
  return UNVERIFIED_INVOKER
}
