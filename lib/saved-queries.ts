import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type LogQuery, QUERIES } from './log-lines.ts'
import type { StackNames } from './stack-names.ts'

export interface SavedQueriesProps {
  names: StackNames
  logs: Record<LogQuery['reads'], LogGroup>
}

/** The questions that an operator asks most, ready in CloudWatch Logs Insights under the stack's name. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { names, logs }: SavedQueriesProps) {
    super(scope, id)
    for (const [key, query] of Object.entries(QUERIES)) {
      new CfnQueryDefinition(this, key, {
        name: `${names.stack}/${query.name}`,
        queryString: query.lines.join('\n| '),
        logGroupNames: [logs[query.reads].logGroupName],
      })
    }
  }
}
