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
import { allowOnly } from './ip-allow-list.ts'

/** First path segment of every URL without a custom domain. Changing it would break every connector URL. */
const API_STAGE_NAME = 'v1'

/**
 * Rate limit of everything except the MCP endpoint, which has the stage's own rate: administration, the console, and
 * scanners. It is the API stage's default, so that only two routes need a rate of their own: API
 * Gateway supports rates only per concrete method, and only few changes to a stage at once.
 */
const OTHER_ROUTES_PER_SECOND = 10
const OTHER_ROUTES_BURST = 40

/** Execution logs would write the path, and with it the connector's token (docs/decisions/0005-connector-tokens.md). */
const NO_PATH_LOGGING = {
  loggingLevel: MethodLoggingLevel.OFF,
  dataTraceEnabled: false,
  metricsEnabled: false,
} as const

/** TLS 1.2 and 1.3 with forward secrecy. API Gateway's default for a regional API still accepts TLS 1.0. */
export const TLS_POLICY = {
  securityPolicy: SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
  endpointAccessMode: EndpointAccessMode.STRICT,
} as const

export interface McpApiProps {
  stage: StageConfig
  names: StackNames
  /** Serves every path: the MCP endpoint, `/health`, and a JSON 404 for the rest. */
  handler: IFunction
  logKey?: IKey | undefined
}

/** The gateway in front of the MCP function: routes, throttling, timeouts, and an access log without tokens. */
export class McpApi extends Construct {
  readonly restApi: RestApi
  readonly accessLog: LogGroup
  /** Prefix of connector URLs, without a trailing slash. */
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
    // Built from the API id and a literal, not from the deployment: a function behind this API can then use it.
    this.connectorBaseUrl =
      stage.customDomain === undefined
        ? `https://${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${API_STAGE_NAME}`
        : `https://${stage.customDomain.domainName}`
    this.acknowledgeFindings(stage)
  }

  /** Gives `fn` the prefix of connector URLs. */
  grantBaseUrl(fn: NodeFunction): void {
    fn.setEnvironment(ENV.connectorBaseUrl, this.connectorBaseUrl)
  }

  /** Routes the admin API's paths to `handler`, with the default rate limit and buffered responses. */
  addAdministration(handler: IFunction): void {
    const integration = new LambdaIntegration(handler, {
      timeout: Duration.seconds(ADMIN_TIMEOUT_SECONDS.gateway + 1),
      responseTransferMode: ResponseTransferMode.BUFFERED,
      // One permission for the whole API: one per route would come close to the size limit of a function's policy.
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
      // With a custom domain, the default host name is disabled.
      disableExecuteApiEndpoint: stage.customDomain !== undefined,
      cloudWatchRole: false,
      ...(stage.allowedIpRanges.length === 0 ? {} : { policy: allowOnly(stage.allowedIpRanges) }),
      deployOptions: {
        stageName: API_STAGE_NAME,
        throttlingRateLimit: Math.min(OTHER_ROUTES_PER_SECOND, stage.throttleRatePerSecond),
        throttlingBurstLimit: Math.min(OTHER_ROUTES_BURST, stage.throttleBurst),
        methodOptions: { '/mcp/POST': mcpRate(stage), '/mcp/{token}/POST': mcpRate(stage) },
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: accessLogFormat(),
        ...NO_PATH_LOGGING,
        // A trace would contain the path too.
        tracingEnabled: false,
      },
    })
    // CDK's own output of the URL would compete with ConnectorBaseUrl.
    api.node.tryRemoveChild('Endpoint')
    return api
  }

  private requireModernTls(): void {
    const resource = this.restApi.node.findChild('Resource')
    if (!(resource instanceof CfnRestApi))
      throw new Error('RestApi no longer has a CfnRestApi named Resource')
    resource.securityPolicy = TLS_POLICY.securityPolicy
    resource.endpointAccessMode = TLS_POLICY.endpointAccessMode
  }

  /**
   * Every method of every path goes to the function, which sends 405 or 404 itself. For an unknown path
   * or method, API Gateway would send a 403 about authentication, which makes clients start OAuth.
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
    // POST has a rate limit of its own, and so must be a method of its own.
    for (const endpoint of endpoints) endpoint.addMethod('POST', integration)
  }

  private acknowledgeFindings(stage: StageConfig): void {
    const tokenCheck =
      'The function checks the connector token (256 random bits, hashed, expiring, revocable) before it reads anything else. ChatGPT can send a token only in the URL, which no authorizer of API Gateway can use as its cache key, and Cognito would lock out every MCP client.'
    Validations.of(this.restApi).acknowledge(
      { id: 'AwsSolutions-APIG4', reason: tokenCheck },
      { id: 'AwsSolutions-COG4', reason: tokenCheck },
      {
        id: 'AwsSolutions-APIG2',
        reason:
          'The function validates every request against the protocol and the schema of its tool, after the token. API Gateway would validate before the token and reveal which paths exist.',
      },
      {
        id: 'AwsSolutions-APIG6',
        reason:
          'Execution logs contain the request path, and with it the connector token. The access log has the rest.',
      },
      {
        id: 'Serverless-APIGWXrayEnabled',
        reason: 'A trace of API Gateway contains the full URL, and with it the connector token.',
      },
    )
    if (stage.waf === 'off') {
      Validations.of(this.restApi).acknowledge({
        id: 'AwsSolutions-APIG3',
        reason:
          'A firewall costs at least 5 USD a month, so it is a stage setting: waf "on". Throttling is always on.',
      })
    }
  }
}

/** Rate limit of a route. It repeats the log settings, since a route with settings of its own inherits none. */
function mcpRate(stage: StageConfig): MethodDeploymentOptions {
  return {
    throttlingRateLimit: stage.throttleRatePerSecond,
    throttlingBurstLimit: stage.throttleBurst,
    ...NO_PATH_LOGGING,
  }
}
