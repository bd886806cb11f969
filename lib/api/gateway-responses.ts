import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

/**
 * Responses that API Gateway sends itself, without our function. Its own texts have a different shape, and some
 * repeat the request: for a request with an `Authorization` header to an unknown method, the message contains that
 * header. So every type has a fixed text of ours, in the error shape of the admin API, with a code of
 * `lambda/shared/errors.ts` (verified by a test).
 */
interface GatewayResponse {
  type: ResponseType
  /** Left out: API Gateway's own status. */
  status?: number
  code: string
  message: string
  retryAfterSeconds?: number
}

const NOT_FOUND = {
  status: 404,
  code: 'not_found',
  message: 'Not found. Check the connector URL.',
}

const RESPONSES: Record<string, GatewayResponse> = {
  NoMethod: { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...NOT_FOUND },
  NoResource: { type: ResponseType.RESOURCE_NOT_FOUND, ...NOT_FOUND },
  Denied: {
    type: ResponseType.ACCESS_DENIED,
    status: 403,
    code: 'forbidden',
    message: 'Your network is not on the allow list of this server.',
  },
  Filtered: {
    type: ResponseType.WAF_FILTERED,
    status: 403,
    code: 'forbidden',
    message: 'The firewall of this server blocked the request.',
  },
  Throttled: {
    type: ResponseType.THROTTLED,
    status: 429,
    code: 'rate_limited',
    message: 'Too many requests to this server. Wait a second and try again.',
    retryAfterSeconds: 1,
  },
  TooLarge: {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    code: 'payload_too_large',
    message: 'The request is too large.',
  },
  NoAnswerInTime: {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    code: 'internal',
    message: 'The server did not respond in time. What the call started may still be running.',
  },
  Broken: {
    type: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    code: 'internal',
    message: 'The server could not process the request. Try again.',
  },
  AnyOther4xx: {
    type: ResponseType.DEFAULT_4XX,
    code: 'invalid_arguments',
    message: 'API Gateway rejected the request.',
  },
  AnyOther5xx: {
    type: ResponseType.DEFAULT_5XX,
    code: 'internal',
    message: 'The server could not process the request. Try again.',
  },
}

/** Sets our texts for all responses that API Gateway sends itself. */
export function addGatewayResponses(api: RestApi): void {
  for (const [id, answer] of Object.entries(RESPONSES)) {
    api.addGatewayResponse(`Answer${id}`, {
      type: answer.type,
      ...(answer.status === undefined ? {} : { statusCode: String(answer.status) }),
      responseHeaders: {
        'Cache-Control': "'no-store'",
        'X-Content-Type-Options': "'nosniff'",
        ...(answer.retryAfterSeconds === undefined ? {} : { 'Retry-After': `'${answer.retryAfterSeconds}'` }),
      },
      templates: {
        'application/json': JSON.stringify({ error: { code: answer.code, message: answer.message } }),
      },
    })
  }
}
