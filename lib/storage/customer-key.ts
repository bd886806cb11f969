import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { NodeFunction } from '../functions/node-function.ts'

export interface CustomerKeyProps {
  /** `create`, or the ARN of a key whose policy you maintain (stages/README.md says what it must allow). */
  source: string
  /** Log groups that CloudWatch Logs may use the key for. */
  logGroupNames: string[]
}

/**
 * A customer-managed key that encrypts the table, the accounts' secrets, the logs and the alarm topic. Without it, keys
 * owned by AWS do.
 */
export class CustomerKey extends Construct {
  readonly key: IKey

  constructor(scope: Construct, id: string, props: CustomerKeyProps) {
    super(scope, id)
    this.key = props.source === 'create' ? this.create(props) : Key.fromKeyArn(this, 'Key', props.source)
  }

  /** Lets `fn` use the key through DynamoDB only. */
  grantUseByTable(fn: NodeFunction): void {
    fn.allow({
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [this.key.keyArn],
      conditions: usedThrough('dynamodb'),
    })
  }

  /** Lets `fn` read secrets under the key. */
  grantReadSecrets(fn: NodeFunction): void {
    fn.allow({
      actions: ['kms:Decrypt'],
      resources: [this.key.keyArn],
      conditions: usedThrough('secretsmanager'),
    })
  }

  /** Lets `fn` write secrets under the key, and bring those under it that had another one. */
  grantWriteSecrets(fn: NodeFunction): void {
    fn.allow({
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [this.key.keyArn],
      conditions: usedThrough('secretsmanager'),
    })
  }

  private create(props: CustomerKeyProps): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the table, account keys, logs and alarms of the Gumloop MCP server',
      enableKeyRotation: true,
      // The table is retained when the stack is removed, and cannot be read without its key.
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    })
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroupsOfThisStack',
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': props.logGroupNames.map(
              name => `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${name}`,
            ),
          },
        },
      }),
    )
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    return key
  }
}

/** The key may be used by that service on behalf of the function, and not by the function itself. */
function usedThrough(service: 'dynamodb' | 'secretsmanager') {
  return { StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}` } }
}
