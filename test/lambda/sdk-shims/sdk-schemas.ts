/** Bundles and loads the MCP SDK with its internal schemas and codecs, on real zod or on the shim. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { sdkShimsPlugin } from '../../../scripts/bundle/sdk-shims-plugin.ts'

const ROOT = path.join(import.meta.dirname, '../../..')

export interface SchemaLike {
  safeParse(value: unknown): {
    success: boolean
    data?: unknown
    error?: { issues: unknown; toString(): string }
  }
}
/** The functions that the SDK applies to the messages of one protocol version. */
export interface Codec {
  validateRequest(method: string, raw: unknown): unknown
  validateNotification(method: string, raw: unknown): unknown
  validateResult(method: string, raw: unknown): unknown
  validateEnvelopeMeta(meta: unknown): unknown
  decodeResult(method: string, raw: unknown): unknown
  checkInboundEnvelope(material: { envelope?: unknown }): unknown
}

export interface Sdk {
  /** By name; those of one protocol version are prefixed with it. */
  schemas: Map<string, SchemaLike>
  codecs: { '2025-11-25': Codec; '2026-07-28': Codec }
  guards: Record<string, (value: unknown) => boolean>
  /** The zod that the SDK imports. */
  z: Zod
}
type Zod = typeof import('zod/v4')

/** The SDK does not export its wire schemas: this plugin adds an export and changes nothing else. */
const internals: Plugin = {
  name: 'export-internals',
  setup(b) {
    b.onLoad(
      { filter: /@modelcontextprotocol[\\/]server[\\/]dist[\\/]src-[^\\/]*\.mjs$/ },
      ({ path: file }) => ({
        contents: `${readFileSync(file, 'utf8')}
        export const internals = { z, buildSchemas2025, buildSchemas2026, codecForVersion, guards: {
          isJSONRPCRequest, isJSONRPCNotification, isJSONRPCResultResponse, isJSONRPCErrorResponse, isJSONRPCResponse,
          isCallToolResult, isInitializeRequest, isInitializedNotification, isTaskAugmentedRequestParams } }`,
        loader: 'js',
      }),
    )
  },
}

export async function loadSdk(zod: 'real' | 'shim'): Promise<Sdk> {
  const server = path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server'))
  const index = readFileSync(path.join(server, 'index.mjs'), 'utf8')
  const chunk = /"\.\/(src-[^"]+\.mjs)"/.exec(index)?.[1]
  if (chunk === undefined) throw new Error('The files of the SDK have changed: find its wire schemas')
  const { outputFiles } = await build({
    stdin: {
      contents: `export * as core from '@modelcontextprotocol/core/internal'
        export { internals } from ${JSON.stringify(path.join(server, chunk))}`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: zod === 'real' ? [internals] : [internals, sdkShimsPlugin],
  })
  const module = { exports: {} as Bundle } // filled by the bundle
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(
    module,
    module.exports,
    createRequire(import.meta.url),
  )
  const { core, internals: out } = module.exports
  return {
    schemas: new Map([
      ...named('', core),
      ...named('2025-11-25 ', out.buildSchemas2025()),
      ...named('2026-07-28 ', out.buildSchemas2026()),
    ]),
    codecs: {
      '2025-11-25': out.codecForVersion('2025-11-25'),
      '2026-07-28': out.codecForVersion('2026-07-28'),
    },
    guards: out.guards,
    z: out.z,
  }
}

interface Bundle {
  core: object
  internals: {
    buildSchemas2025(): object
    buildSchemas2026(): object
    codecForVersion(version: string): Codec
    guards: Sdk['guards']
    z: Zod
  }
}

function isSchema(value: unknown): value is SchemaLike {
  return typeof value === 'object' && value !== null && 'safeParse' in value
}

function named(prefix: string, source: object): [string, SchemaLike][] {
  return Object.entries(source).flatMap(([name, value]: [string, unknown]) => {
    if (isSchema(value)) return [[prefix + name, value]]
    return typeof value === 'object' && value !== null ? named(`${prefix}${name} `, value) : []
  })
}
