/**
 * The resource policy of an account's secret: whatever permissions others in the AWS account have, only the roles of
 * this deployment that call Gumloop can read the key. They are recognized by a tag, so that the policy also covers
 * roles that a later deployment adds or replaces. Administrators of the AWS account can still do everything except
 * reading, and could therefore remove the policy. Pure.
 */
import { ACCOUNT_READER_TAG } from '../shared/names.ts'

/**
 * @param prefix of the names of the deployment's secrets, which is the value of the readers' tag.
 * @returns JSON.
 */
export function accountSecretPolicy(prefix: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadByTheRolesThatCallGumloop',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { StringNotEquals: { [`aws:PrincipalTag/${ACCOUNT_READER_TAG}`]: prefix } },
      },
    ],
  })
}
