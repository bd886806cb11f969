/** Stands between functions and the fakes of AWS's services, and records who asked for what. */
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dynamoDbContext } from './dynamodb-context.ts'
import type { AwsRequest } from './iam-policy.ts'
import type { Json } from './mcp-server.ts'

export interface RecordedRequest extends AwsRequest {
  /** Access key id that signed the request. */
  caller: string
}

export interface AwsRecorder {
  endpointUrl: string
  requests: RecordedRequest[]
  close(): Promise<void>
}

/** Region and account of everything that is recorded. */
export interface AwsPlace {
  region: string
  account: string
}

/** @param endpoints service, as requests are signed for it (`dynamodb`), → URL of its fake. */
export async function startAwsRecorder(
  endpoints: Record<string, string>,
  place: AwsPlace,
): Promise<AwsRecorder> {
  const requests: RecordedRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      const [, caller = '', service = ''] =
        /Credential=([^/]+)\/\d+\/[\w-]+\/(\w+)\/aws4_request/.exec(incoming.headers.authorization ?? '') ??
        []
      const endpoint = endpoints[service]
      // A connection that is opened ahead of the first request.
      if (endpoint === undefined) return void outgoing.writeHead(404).end()
      const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '')
      const body = Buffer.concat(chunks)
      requests.push({ caller, ...toAwsRequest(service, operation, JSON.parse(body.toString()), place) })
      const { method, headers } = incoming
      const sent = forward(endpoint, { method, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
      sent.on('error', () => outgoing.destroy())
      sent.end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** The request as IAM sees it. Throws for a service that we do not use. */
export function toAwsRequest(service: string, operation: string, input: Json, place: AwsPlace): AwsRequest {
  const arn = (resource: string) => `arn:aws:${service}:${place.region}:${place.account}:${resource}`
  const action = `${service}:${operation}`
  switch (service) {
    case 'dynamodb': {
      const index = input.IndexName === undefined ? '' : `/index/${input.IndexName}`
      const resource = arn(`table/${input.TableName ?? Object.keys(input.RequestItems ?? {})[0]}${index}`)
      return { action, resource, context: dynamoDbContext(operation, input) }
    }
    case 'secretsmanager': {
      // Secrets Manager ends the ARN in six characters of its own.
      const resource = arn(`secret:${input.SecretId ?? input.Name}-AbCdEf`)
      const { BlockPublicPolicy: blocks } = input
      return {
        action,
        resource,
        context: blocks === undefined ? {} : { 'secretsmanager:BlockPublicPolicy': [String(blocks)] },
      }
    }
    case 'states':
      return { action, resource: input.stateMachineArn, context: {} }
    case 'events':
      return {
        action,
        resource: arn('event-bus/default'),
        context: {
          'events:source': input.Entries.map((entry: Json) => entry.Source),
          'events:detail-type': input.Entries.map((entry: Json) => entry.DetailType),
        },
      }
    case 'logs':
      return { action, resource: arn(`log-group:${input.logGroupName}:*`), context: {} }
    default:
      throw new Error(`${service} is not known here`)
  }
}
