import { describe, expect, it } from 'vitest'
import { ADMIN_PATHS } from '../../../lambda/shared/names.ts'
import { synthesize } from '../synthesized-stage.ts'

const on = synthesize({ adminApi: 'on', customerKey: 'create', region: 'eu-central-1' })
const off = synthesize({})

interface Method {
  HttpMethod: string
  ResourceId: { Ref: string }
  Integration: { ResponseTransferMode?: string; TimeoutInMillis?: number; Uri: object }
}

/** Path segments of the resources whose methods invoke the function with that logical id prefix. */
function pathsTo(functionPrefix: string): string[] {
  const resources = on.ofType('AWS::ApiGateway::Resource')
  return Object.values(on.ofType('AWS::ApiGateway::Method'))
    .map(({ Properties }) => Properties as unknown as Method) // one cast: the template's JSON is untyped
    .filter(({ Integration }) => JSON.stringify(Integration.Uri).includes(`"${functionPrefix}`))
    .map(({ ResourceId }) => {
      const { PathPart, ParentId } = resources[ResourceId.Ref]?.Properties ?? {}
      const parent = resources[JSON.stringify(ParentId ?? '').match(/"Ref":"(\w+)"/)?.[1] ?? '']
      return [parent?.Properties.PathPart, PathPart].filter(part => part !== undefined).join('/')
    })
}

describe('administration over HTTP', () => {
  it('does not exist unless the stage enables it', () => {
    expect(Object.keys(off.ofType('AWS::Lambda::Function')).filter(id => /^AdminApi/.test(id))).toEqual([])
    expect(off.outputs).not.toHaveProperty('ConsoleUrl')
  })

  it('serves its paths and no others', () => {
    expect(pathsTo('AdminApi').sort()).toEqual(ADMIN_PATHS.flatMap(path => [path, `${path}/{proxy+}`]).sort())
    expect(pathsTo('Mcp')).toEqual(expect.arrayContaining(['mcp', 'mcp/{token}', '{proxy+}']))
  })

  it('sends buffered responses within the gateway’s 29 seconds', () => {
    const toAdmin = Object.values(on.ofType('AWS::ApiGateway::Method'))
      .map(({ Properties }) => Properties as unknown as Method)
      .filter(({ Integration }) => JSON.stringify(Integration.Uri).includes('"AdminApi'))
    for (const { Integration } of toAdmin) {
      expect(Integration).toMatchObject({ ResponseTransferMode: 'BUFFERED', TimeoutInMillis: 29_000 })
    }
    expect(on.one('AWS::Lambda::Function', 'AdminApi').Properties.Timeout).toBe(28)
  })

  it('has the permissions and settings of the IAM-only function', () => {
    const ownLogs = 1
    const shared = (prefix: string) => on.statementsOf(prefix).slice(ownLogs)
    expect(shared('AdminApiNodeRole')).toEqual(shared('AdminNodeRole'))
    const environment = (prefix: string) => on.one('AWS::Lambda::Function', prefix).Properties.Environment
    expect(environment('AdminApiNode')).toEqual(environment('AdminNode'))
    expect(on.outputs.ConsoleUrl?.Value).toEqual({
      'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/\/v1\/console$/)])],
    })
  })

  it('can be invoked only through this API', () => {
    const permissions = Object.values(on.ofType('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('AdminApi'))
    expect(permissions).toEqual([
      expect.objectContaining({
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': ['', expect.arrayContaining([{ Ref: expect.stringMatching(/^GatewayApi/) }])],
        },
      }),
    ])
  })
})
