import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { ENV, TABLE } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'
import type { CustomerKey } from './customer-key.ts'

export interface ConnectorTableProps {
  customerKey?: CustomerKey | undefined
}

/**
 * The one table: connectors, accounts, API tokens, runs, audit trail (docs/storage-schema.md). It has no name of our
 * choosing and outlives its stack, so that a stack can be removed and made again without losing or overwriting it.
 */
export class ConnectorTable extends Construct {
  readonly table: TableV2
  private readonly customerKey: CustomerKey | undefined

  constructor(scope: Construct, id: string, props: ConnectorTableProps) {
    super(scope, id)
    this.customerKey = props.customerKey
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: TABLE.listIndex,
          partitionKey: { name: TABLE.listPartitionKey, type: AttributeType.STRING },
          sortKey: { name: TABLE.listSortKey, type: AttributeType.STRING },
        },
      ],
      billing: Billing.onDemand(),
      timeToLiveAttribute: TABLE.timeToLive,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption:
        props.customerKey === undefined
          ? TableEncryptionV2.dynamoOwnedKey()
          : TableEncryptionV2.customerManagedKey(props.customerKey.key),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  /** What one call to a connector needs: read its record by key, note the minute of its last use. No listing. */
  grantConnectorUse(fn: NodeFunction): void {
    fn.allow({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [this.table.tableArn] })
    this.introduce(fn)
  }

  /** What administration needs: make, read, change and list records. None is deleted: they expire (TTL). */
  grantAdministration(fn: NodeFunction): void {
    fn.allow({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      resources: [this.table.tableArn],
    })
    fn.allow({ actions: ['dynamodb:Query'], resources: [`${this.table.tableArn}/index/${TABLE.listIndex}`] })
    this.introduce(fn)
  }

  private introduce(fn: NodeFunction): void {
    fn.setEnvironment(ENV.tableName, this.table.tableName)
    this.customerKey?.grantUseByTable(fn)
  }
}
