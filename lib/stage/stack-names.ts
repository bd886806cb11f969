/**
 * Every name that we choose instead of CloudFormation. All of them start with the stack's name, which contains the
 * stage, so that several stages can exist in one account and region. The command line derives the admin function's name
 * from it.
 */
export interface StackNames {
  stack: string
  mcpFunction: string
  adminFunction: string
  adminApiFunction: string
  pollerFunction: string
  runWorkflow: string
  /** Name prefix of the accounts' secrets, with its trailing slash (ENV.accountSecretPrefix). */
  accountSecretPrefix: string
  mcpLogGroup: string
  adminLogGroup: string
  adminApiLogGroup: string
  pollerLogGroup: string
  runsLogGroup: string
  accessLogGroup: string
  dashboard: string
}

export function stackNames(stage: string): StackNames {
  const stack = `GumloopMcp-${stage}`
  return {
    stack,
    mcpFunction: `${stack}-mcp`,
    adminFunction: `${stack}-admin`,
    adminApiFunction: `${stack}-admin-api`,
    pollerFunction: `${stack}-poller`,
    runWorkflow: `${stack}-runs`,
    accountSecretPrefix: `${stack}/accounts/`,
    mcpLogGroup: `/aws/lambda/${stack}-mcp`,
    adminLogGroup: `/aws/lambda/${stack}-admin`,
    adminApiLogGroup: `/aws/lambda/${stack}-admin-api`,
    pollerLogGroup: `/aws/lambda/${stack}-poller`,
    // With this prefix, Step Functions does not add to the account's log resource policy, whose size is limited.
    runsLogGroup: `/aws/vendedlogs/states/${stack}-runs`,
    accessLogGroup: `/aws/apigateway/${stack}-access`,
    dashboard: stack,
  }
}
