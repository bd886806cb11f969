import { Aws } from 'aws-cdk-lib'
import type { Permission } from './node-function.ts'

/** To send one kind of event to the AWS account's default event bus. */
export function eventPermission({ source, detailType }: { source: string; detailType: string }): Permission {
  return {
    actions: ['events:PutEvents'],
    resources: [`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`],
    conditions: {
      // A request can contain several events, so the condition key has several values.
      'ForAllValues:StringEquals': { 'events:source': source },
      StringEquals: { 'events:detail-type': detailType },
    },
  }
}
