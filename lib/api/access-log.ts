import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'

/**
 * Fields of the access log. The request path contains the connector's token, so it must never be logged: `resourcePath`
 * is the template, `/mcp/{token}`. The same applies to `$context.error.message…`, which can repeat a header or the
 * path; `responseType` is a fixed name of API Gateway's.
 */
export const ACCESS_LOG_FIELDS: Readonly<Record<string, string>> = {
  request_id: '$context.requestId',
  extended_request_id: '$context.extendedRequestId',
  time_epoch_ms: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  resource_path: '$context.resourcePath',
  status: '$context.status',
  error_type: '$context.error.responseType',
  latency_ms: '$context.responseLatency',
  integration_status: '$context.integration.status',
  integration_latency_ms: '$context.integration.latency',
  time_to_first_content_ms: '$context.integration.timeToFirstContent',
  transfer_mode: '$context.integration.responseTransferMode',
  response_bytes: '$context.responseLength',
  source_ip: '$context.identity.sourceIp',
  tls_version: '$context.tlsVersion',
}

export function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS))
}
