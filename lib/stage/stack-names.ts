/**
 * Every name that is chosen here and not by CloudFormation. All of them begin with the stack's name, which carries
 * the stage, so that several stages live in one account and region. The command line finds the admin function by it.
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
    // The prefix keeps Step Functions from writing into a policy of the account that is limited in size.
    runsLogGroup: `/aws/vendedlogs/states/${stack}-runs`,
    accessLogGroup: `/aws/apigateway/${stack}-access`,
    dashboard: stack,
  }
}
