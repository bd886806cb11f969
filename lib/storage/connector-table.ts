import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { ENV, TABLE } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'
import type { CustomerKey } from './customer-key.ts'
import {
  ACCOUNT_STATE,
  ADMINISTRATION,
  CONNECTOR_USE,
  type ItemPermission,
  itemStatement,
  POLLING,
  RUN_RECORDS,
  unsentEventsStatement,
} from './item-permissions.ts'

export interface ConnectorTableProps {
  customerKey?: CustomerKey | undefined
}

/**
 * The one table: connectors, accounts, API tokens, runs, audit trail (docs/storage-schema.md). It has no name of our
 * choosing and outlives its stack, so that a stack can be removed and created again without losing or overwriting it.
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

  /** What one call to a connector needs: its record, and to record its last use and a key that Gumloop rejected. */
  grantConnectorUse(fn: NodeFunction): void {
    this.grant(fn, [...CONNECTOR_USE, ...ACCOUNT_STATE])
  }

  /** What starting runs and waiting for them needs. */
  grantRunRecords(fn: NodeFunction): void {
    this.grant(fn, RUN_RECORDS)
  }

  /** What one poll of a run needs: the run's record, the list of unsent events, and to record a key that Gumloop rejected. */
  grantPolling(fn: NodeFunction): void {
    this.grant(fn, [...POLLING, ...ACCOUNT_STATE])
    fn.allow(unsentEventsStatement(this.listIndexArn()))
  }

  /** What administration needs: to create, read, change and list its records, and to add to the audit trail. */
  grantAdministration(fn: NodeFunction): void {
    this.grant(fn, ADMINISTRATION)
    fn.allow({ actions: ['dynamodb:Query'], resources: [this.listIndexArn()] })
  }

  private listIndexArn(): string {
    return `${this.table.tableArn}/index/${TABLE.listIndex}`
  }

  private grant(fn: NodeFunction, permissions: readonly ItemPermission[]): void {
    for (const permission of permissions) fn.allow(itemStatement(permission, this.table.tableArn))
    fn.setEnvironment(ENV.tableName, this.table.tableName)
    this.customerKey?.grantUseByTable(fn)
  }
}
