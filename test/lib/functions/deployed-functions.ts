/** The functions of a template as AWS would have them: their environment, and what their roles may do. */
import { TABLE_NAME } from '../../support/dynalite-table.ts'
import { MACHINE_ARN } from '../../support/fake-run-services.ts'
import type { Statement } from '../../support/iam-policy.ts'
import type { Json } from '../../support/mcp-server.ts'
import { ACCOUNT_ID, resolveTemplate } from '../resolved-template.ts'
import type { SynthesizedStage } from '../synthesized-stage.ts'

export const PLACE = { region: 'us-east-1', account: ACCOUNT_ID }

export interface DeployedFunction {
  environment: Record<string, string>
  statements: Statement[]
}

/** The function whose logical id begins so; table and state machine have the names that the fakes know. */
export function deployedFunction(stage: SynthesizedStage, idPrefix: string): DeployedFunction {
  const resolved = resolveTemplate(stage, {
    partition: 'aws',
    region: PLACE.region,
    urlSuffix: 'amazonaws.com',
  })
  const resources: Json = JSON.parse(withPhysicalNames(JSON.stringify(resolved.Resources), resolved))
  const functions = Object.entries<Json>(resources).filter(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(idPrefix),
  )
  const [[, found] = []] = functions
  if (found === undefined || functions.length > 1)
    throw new Error(`${functions.length} begin with ${idPrefix}`)
  const [, role] = /^<(\w+)\.Arn>$/.exec(found.Properties.Role) ?? []
  const policies = Object.values<Json>(resources).filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.includes(`<${role}>`),
  )
  return {
    environment: found.Properties.Environment.Variables,
    statements: policies.flatMap(policy => policy.Properties.PolicyDocument.Statement),
  }
}

function withPhysicalNames(text: string, resolved: Json): string {
  const ofService = (service: string, resource: string) =>
    `arn:aws:${service}:${PLACE.region}:${PLACE.account}:${resource}`
  return text
    .replace(/<ConnectorsTable\w+\.Arn>/g, ofService('dynamodb', `table/${TABLE_NAME}`))
    .replace(/<ConnectorsTable\w+>/g, TABLE_NAME)
    .replace(/<RunsMachine\w+>/g, MACHINE_ARN)
    .replace(/<(\w+Logs\w+?)(\.Arn)?>/g, (_, id: string, isArn?: string) => {
      const name: string = resolved.Resources[id].Properties.LogGroupName
      return isArn === undefined ? name : ofService('logs', `log-group:${name}:*`)
    })
}
