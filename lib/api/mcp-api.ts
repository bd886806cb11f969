import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  CfnRestApi,
  EndpointAccessMode,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  ResponseTransferMode,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { ADMIN_PATHS, ENV } from '../../lambda/shared/names.ts'
import type { NodeFunction } from '../functions/node-function.ts'
import type { StackNames } from '../stage/stack-names.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import { ADMIN_TIMEOUT_SECONDS, timeLimits } from '../stage/time-limits.ts'
import { accessLogFormat } from './access-log.ts'
import { addGatewayResponses } from './gateway-responses.ts'
import { onlyFrom } from './ip-allow-list.ts'

/** First part of every path where there is no custom domain. A change of it would break every connector URL. */
const API_STAGE_NAME = 'v1'

/**
 * What everything gets but the MCP endpoint, which alone has the stage's own rate: administration, the console, and
 * strangers who try addresses. Set as the stage's default, so that only two routes need a rate of their own: API
 * Gateway takes one for each method by its real verb only, and not many changes to a stage at once.
 */
const OTHER_ROUTES_PER_SECOND = 10
const OTHER_ROUTES_BURST = 40

/** Execution logs would write the path, and with it the connector's token (docs/decisions/0005-connector-tokens.md). */
const WRITES_NO_PATH = {
  loggingLevel: MethodLoggingLevel.OFF,
  dataTraceEnabled: false,
  metricsEnabled: false,
} as const

/** TLS 1.2 and 1.3 with forward secrecy. API Gateway's own default for a regional API still takes TLS 1.0. */
export const TLS_POLICY = {
  securityPolicy: SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
  endpointAccessMode: EndpointAccessMode.STRICT,
} as const

export interface McpApiProps {
  stage: StageConfig
  names: StackNames
  /** Answers every path: the MCP endpoint, `/health`, and a 404 in JSON for the rest. */
  handler: IFunction
  logKey?: IKey | undefined
}

/** The gateway in front of the MCP function: routes, throttle, time limits and an access log without tokens. */
export class McpApi extends Construct {
  readonly restApi: RestApi
  readonly accessLog: LogGroup
  /** What connector URLs start with, without a trailing slash. */
  readonly connectorBaseUrl: string

  constructor(scope: Construct, id: string, props: McpApiProps) {
    super(scope, id)
    const { stage } = props
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: props.names.accessLogGroup,
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.logKey === undefined ? {} : { encryptionKey: props.logKey }),
    })
    this.restApi = this.createApi(props)
    this.requireModernTls()
    addGatewayResponses(this.restApi)
    this.route(props)
    // Made of the API's id and a literal, not of the deployment: a function behind this API may hold it without a cycle.
    this.connectorBaseUrl =
      stage.customDomain === undefined
        ? `https://${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${API_STAGE_NAME}`
        : `https://${stage.customDomain.domainName}`
    this.acknowledgeFindings(stage)
  }

  /** Tells `fn` what the URLs begin with that it hands out. */
  grantBaseUrl(fn: NodeFunction): void {
    fn.setEnvironment(ENV.connectorBaseUrl, this.connectorBaseUrl)
  }

  /** Sends administration's paths to `handler`, under the throttle of all routes but MCP's; answers come in one piece. */
  addAdministration(handler: IFunction): void {
    const integration = new LambdaIntegration(handler, {
      timeout: Duration.seconds(ADMIN_TIMEOUT_SECONDS.gateway + 1),
      responseTransferMode: ResponseTransferMode.BUFFERED,
      // One permission for the API: one for each route would come near the limit of a function's policy.
      scopePermissionToMethod: false,
    })
    for (const path of ADMIN_PATHS) {
      const resource = this.restApi.root.addResource(path)
      for (const route of [resource, resource.addResource('{proxy+}')]) route.addMethod('ANY', integration)
    }
  }

  private createApi({ stage, names }: McpApiProps): RestApi {
    const api = new RestApi(this, 'Api', {
      restApiName: names.stack,
      description: 'MCP server for Gumloop',
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      // One host to watch and to give out: with a domain of your own the other one is closed.
      disableExecuteApiEndpoint: stage.customDomain !== undefined,
      cloudWatchRole: false,
      ...(stage.allowedIpRanges.length === 0 ? {} : { policy: onlyFrom(stage.allowedIpRanges) }),
      deployOptions: {
        stageName: API_STAGE_NAME,
        throttlingRateLimit: Math.min(OTHER_ROUTES_PER_SECOND, stage.throttleRatePerSecond),
        throttlingBurstLimit: Math.min(OTHER_ROUTES_BURST, stage.throttleBurst),
        methodOptions: { '/mcp/POST': mcpRate(stage), '/mcp/{token}/POST': mcpRate(stage) },
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: accessLogFormat(),
        ...WRITES_NO_PATH,
        // A trace would hold the path too.
        tracingEnabled: false,
      },
    })
    // CDK's own output of the address, beside ConnectorBaseUrl: two addresses are one too many to choose from.
    api.node.tryRemoveChild('Endpoint')
    return api
  }

  private requireModernTls(): void {
    const resource = this.restApi.node.findChild('Resource')
    if (!(resource instanceof CfnRestApi))
      throw new Error('RestApi has no CfnRestApi named Resource any more')
    resource.securityPolicy = TLS_POLICY.securityPolicy
    resource.endpointAccessMode = TLS_POLICY.endpointAccessMode
  }

  /**
   * Every method of every path goes to the function, which answers 405 or 404 itself. What API Gateway says to a path
   * or method that it does not know is a 403 about authentication, which clients take for a sign to start OAuth.
   */
  private route({ stage, handler }: McpApiProps): void {
    const integration = new LambdaIntegration(handler, {
      allowTestInvoke: false,
      timeout: Duration.seconds(timeLimits(stage).gatewaySeconds),
      responseTransferMode:
        stage.transferMode === 'STREAM' ? ResponseTransferMode.STREAM : ResponseTransferMode.BUFFERED,
    })
    const { root } = this.restApi
    const mcp = root.addResource('mcp')
    const endpoints = [mcp, mcp.addResource('{token}')]
    const routes: IResource[] = [root, ...endpoints, root.addResource('health'), root.addResource('{proxy+}')]
    for (const route of routes) route.addMethod('ANY', integration)
    // The one verb that is used has a rate of its own, and so must be a method of its own.
    for (const endpoint of endpoints) endpoint.addMethod('POST', integration)
  }

  private acknowledgeFindings(stage: StageConfig): void {
    const tokenCheck =
      'The function checks the connector token (256 random bits, hashed, expiring, revocable) before it reads anything else. ChatGPT can send a token in the URL only, which no authorizer of API Gateway can cache by, and Cognito would shut every MCP client out.'
    Validations.of(this.restApi).acknowledge(
      { id: 'AwsSolutions-APIG4', reason: tokenCheck },
      { id: 'AwsSolutions-COG4', reason: tokenCheck },
      {
        id: 'AwsSolutions-APIG2',
        reason:
          'The function checks every request against the protocol and the schema of its tool, after the token. A check by API Gateway comes before the token and would tell strangers which paths are real.',
      },
      {
        id: 'AwsSolutions-APIG6',
        reason:
          'Execution logs hold the request path, and the path holds the connector token. The access log has the rest.',
      },
      {
        id: 'Serverless-APIGWXrayEnabled',
        reason: 'A trace of API Gateway holds the full URL, and with it the connector token.',
      },
    )
    if (stage.waf === 'off') {
      Validations.of(this.restApi).acknowledge({
        id: 'AwsSolutions-APIG3',
        reason:
          'A firewall costs from 5 USD a month, so it is a stage setting: waf "on". Throttling is always there.',
      })
    }
  }
}

/** The rate of a route, and once more that nothing of it is written down: a route with a setting has all settings anew. */
function mcpRate(stage: StageConfig): MethodDeploymentOptions {
  return {
    throttlingRateLimit: stage.throttleRatePerSecond,
    throttlingBurstLimit: stage.throttleBurst,
    ...WRITES_NO_PATH,
  }
}
