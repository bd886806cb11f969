/**
 * The resource policy of an account's secret: whatever rights others in the AWS account have, only the roles of this
 * deployment that call Gumloop read the key. They are recognized by a tag, so that the policy holds for roles that a
 * later deployment adds or replaces. Everything but reading stays possible for administrators of the AWS account, who
 * can therefore also remove the policy. Pure.
 */
import { ACCOUNT_READER_TAG } from '../shared/names.ts'

/**
 * @param prefix what the names of the deployment's secrets begin with: the value of the readers' tag.
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
