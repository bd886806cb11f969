/** The schemas and codecs inside the MCP SDK, once over real zod and once over our stand-in: bundled, then loaded. */
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
/** The calls that the SDK makes on the messages of one era. */
export interface Codec {
  validateRequest(method: string, raw: unknown): unknown
  validateNotification(method: string, raw: unknown): unknown
  validateResult(method: string, raw: unknown): unknown
  validateEnvelopeMeta(meta: unknown): unknown
  decodeResult(method: string, raw: unknown): unknown
  checkInboundEnvelope(material: { envelope?: unknown }): unknown
}

export interface Sdk {
  /** By name; those of an era carry its revision in front. */
  schemas: Map<string, SchemaLike>
  codecs: { '2025-11-25': Codec; '2026-07-28': Codec }
  guards: Record<string, (value: unknown) => boolean>
  /** zod as the SDK sees it. */
  z: Zod
}
type Zod = typeof import('zod/v4')

/** The SDK keeps its wire schemas to itself: this lets them out, and changes nothing else. */
const lettingOut: Plugin = {
  name: 'letting-out',
  setup(b) {
    b.onLoad(
      { filter: /@modelcontextprotocol[\\/]server[\\/]dist[\\/]src-[^\\/]*\.mjs$/ },
      ({ path: file }) => ({
        contents: `${readFileSync(file, 'utf8')}
        export const lettingOut = { z, buildSchemas2025, buildSchemas2026, codecForVersion, guards: {
          isJSONRPCRequest, isJSONRPCNotification, isJSONRPCResultResponse, isJSONRPCErrorResponse, isJSONRPCResponse,
          isCallToolResult, isInitializeRequest, isInitializedNotification, isTaskAugmentedRequestParams } }`,
        loader: 'js',
      }),
    )
  },
}

export async function loadSdk(zod: 'real' | 'stand-in'): Promise<Sdk> {
  const server = path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server'))
  const index = readFileSync(path.join(server, 'index.mjs'), 'utf8')
  const chunk = /"\.\/(src-[^"]+\.mjs)"/.exec(index)?.[1]
  if (chunk === undefined) throw new Error('The SDK is laid out differently: look for its wire schemas')
  const { outputFiles } = await build({
    stdin: {
      contents: `export * as core from '@modelcontextprotocol/core/internal'
        export { lettingOut } from ${JSON.stringify(path.join(server, chunk))}`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: zod === 'real' ? [lettingOut] : [lettingOut, sdkShimsPlugin],
  })
  const module = { exports: {} as Bundle } // filled by the bundle just made
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(
    module,
    module.exports,
    createRequire(import.meta.url),
  )
  const { core, lettingOut: out } = module.exports
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
  lettingOut: {
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
