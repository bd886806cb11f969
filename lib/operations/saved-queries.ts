import { CfnQueryDefinition, type LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { StackNames } from '../stage/stack-names.ts'
import { type LogSource, QUERIES } from './log-lines.ts'

export interface SavedQueriesProps {
  names: StackNames
  logs: Record<LogSource, LogGroup[]>
}

/** Saved queries of CloudWatch Logs Insights, in a folder with the stack's name. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { names, logs }: SavedQueriesProps) {
    super(scope, id)
    for (const [key, query] of Object.entries(QUERIES)) {
      // A stage without long runs has no poller log.
      if (logs[query.reads].length === 0) continue
      new CfnQueryDefinition(this, key, {
        name: `${names.stack}/${query.name}`,
        queryString: query.lines.join('\n| '),
        logGroupNames: logs[query.reads].map(({ logGroupName }) => logGroupName),
      })
    }
  }
}
