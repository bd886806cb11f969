import { Aws } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { ENV } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'

export interface AccountSecretsProps {
  /** `<stack>/accounts/`: what the names of the accounts' secrets begin with. */
  prefix: string
}

/**
 * The secrets that hold the accounts' Gumloop keys. None is in the template: `account put` makes them at run time, so
 * that a new account or a new key needs no deploy, and the stack's removal takes none away. This construct stands for
 * the prefix that their names share, and hands out rights on it.
 */
export class AccountSecrets extends Construct {
  private readonly prefix: string

  constructor(scope: Construct, id: string, props: AccountSecretsProps) {
    super(scope, id)
    this.prefix = props.prefix
  }

  /** Lets `fn` use the keys to call Gumloop. */
  grantRead(fn: NodeFunction): void {
    this.grant(
      fn,
      ['secretsmanager:GetSecretValue'],
      'reads the key of whichever account the connector belongs to',
    )
  }

  /** Lets `fn` store and remove keys, and never read one back: a key goes in and only the MCP function gets it out. */
  grantWrite(fn: NodeFunction): void {
    this.grant(
      fn,
      ['secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:PutSecretValue'],
      'stores the keys of accounts that do not exist yet when the stack is deployed',
    )
  }

  private grant(fn: NodeFunction, actions: string[], reason: string): void {
    fn.allow({
      actions,
      resources: [
        `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${this.prefix}*`,
      ],
    })
    fn.setEnvironment(ENV.accountSecretPrefix, this.prefix)
    fn.acknowledgeWildcard(
      `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.prefix}*`,
      `The function ${reason}. The prefix is this stack's alone, and Secrets Manager ends each ARN in six random characters.`,
    )
  }
}
