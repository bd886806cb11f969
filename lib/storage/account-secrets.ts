import { Aws } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { ACCOUNT_READER_TAG, ENV } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'
import type { CustomerKey } from './customer-key.ts'

export interface AccountSecretsProps {
  /** `<stack>/accounts/`: prefix of the names of the accounts' secrets. */
  prefix: string
  customerKey?: CustomerKey | undefined
}

/**
 * The secrets with the accounts' Gumloop keys. None is in the template: `account put` creates them at run time, so
 * that a new account or key needs no deployment, and removing the stack deletes none. This construct represents
 * the common prefix of their names, and grants permissions on it.
 */
export class AccountSecrets extends Construct {
  private readonly prefix: string
  private readonly customerKey: CustomerKey | undefined
  private readonly arnPattern: string

  constructor(scope: Construct, id: string, props: AccountSecretsProps) {
    super(scope, id)
    this.prefix = props.prefix
    this.customerKey = props.customerKey
    this.arnPattern = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${this.prefix}*`
  }

  /** Lets `fn` use the keys to call Gumloop. The tag of its role exempts it from the policy of every secret. */
  grantRead(fn: NodeFunction): void {
    fn.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.arnPattern] })
    fn.tagRole(ACCOUNT_READER_TAG, this.prefix)
    this.customerKey?.grantReadSecrets(fn)
    this.setPrefix(fn, "reads the key of the connector's account")
  }

  /**
   * Lets `fn` store and remove keys, but not read them. Whoever may write a secret's policy could grant itself access to
   * the secret, so reading is denied here, which no other policy can override; nor may it make a secret public.
   */
  grantWrite(fn: NodeFunction): void {
    const resources = [this.arnPattern]
    fn.allow({
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:UpdateSecret'],
      resources,
    })
    fn.allow({
      actions: ['secretsmanager:PutResourcePolicy'],
      resources,
      conditions: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
    })
    fn.allow({ effect: 'Deny', actions: ['secretsmanager:GetSecretValue'], resources })
    this.customerKey?.grantWriteSecrets(fn)
    if (this.customerKey !== undefined)
      fn.setEnvironment(ENV.accountSecretKeyArn, this.customerKey.key.keyArn)
    this.setPrefix(fn, 'stores the keys of accounts that do not exist yet when the stack is deployed')
  }

  private setPrefix(fn: NodeFunction, reason: string): void {
    fn.setEnvironment(ENV.accountSecretPrefix, this.prefix)
    fn.acknowledgeWildcard(
      `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.prefix}*`,
      `The function ${reason}. Only this stack uses the prefix, and Secrets Manager appends six random characters to each ARN.`,
    )
  }
}
