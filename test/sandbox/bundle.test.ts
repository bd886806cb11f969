import { build } from 'esbuild'
import { expect, test } from 'vitest'

test('bundles with Node’s own modules only', async () => {
  const result = await build({
    entryPoints: ['sandbox/http/sandbox-server.ts'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const inputs = Object.keys(result.metafile.inputs)
  const outside = Object.values(result.metafile.outputs).flatMap(output =>
    output.imports.map(entry => entry.path),
  )
  expect(result.warnings).toEqual([])
  expect(outside.filter(path => !path.startsWith('node:'))).toEqual([])
  expect(inputs.filter(path => !path.startsWith('sandbox/'))).toEqual(['catalog/gumloop-openapi.json'])
})
