import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

/**
 * Answers that API Gateway gives by itself, without our function. Its own texts differ in shape from ours, and some
 * repeat what was sent: a request with an `Authorization` header to a path without a method is answered with that
 * header in the message. So every type has a fixed text of ours, in the error shape of the admin API, with a code of
 * `lambda/shared/errors.ts` (a test holds them to it).
 */
interface GatewayAnswer {
  type: ResponseType
  /** Left out: the status that API Gateway would give. */
  status?: number
  code: string
  message: string
  retryAfterSeconds?: number
}

const NOTHING_HERE = {
  status: 404,
  code: 'not_found',
  message: 'There is nothing at this address. Check the connector URL.',
}

const ANSWERS: Record<string, GatewayAnswer> = {
  NoMethod: { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...NOTHING_HERE },
  NoResource: { type: ResponseType.RESOURCE_NOT_FOUND, ...NOTHING_HERE },
  Denied: {
    type: ResponseType.ACCESS_DENIED,
    status: 403,
    code: 'forbidden',
    message: 'This server accepts requests from listed networks only.',
  },
  Filtered: {
    type: ResponseType.WAF_FILTERED,
    status: 403,
    code: 'forbidden',
    message: 'The firewall in front of this server refused the request.',
  },
  Throttled: {
    type: ResponseType.THROTTLED,
    status: 429,
    code: 'rate_limited',
    message: 'This server gets too many requests. Wait a second and try again.',
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
    message: 'The server did not answer in time. Whatever was started may still be running.',
  },
  Broken: {
    type: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    code: 'internal',
    message: 'The server could not answer. Try again.',
  },
  AnyOther4xx: {
    type: ResponseType.DEFAULT_4XX,
    code: 'invalid_arguments',
    message: 'The request was refused before it reached the server.',
  },
  AnyOther5xx: {
    type: ResponseType.DEFAULT_5XX,
    code: 'internal',
    message: 'The server could not answer. Try again.',
  },
}

/** Gives `api` our texts for everything that API Gateway says by itself. */
export function addGatewayResponses(api: RestApi): void {
  for (const [id, answer] of Object.entries(ANSWERS)) {
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
