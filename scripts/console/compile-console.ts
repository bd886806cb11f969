/**
 * Builds the web console into the module that serves it: `lambda/http/compiled-console.ts` (not committed).
 * Asset names contain a hash of the content, so browsers can cache them permanently.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { bundledPackages } from '../bundle/third-party-licenses.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const SOURCE = path.join(ROOT, 'console')
const OUTPUT = path.join(ROOT, 'lambda/http/compiled-console.ts')

export interface ConsoleAsset {
  /** The placeholder in `index.html` for the hashed name: `main.js`. */
  name: string
  type: string
  text: string
}

/** Writes the module if it has changed. @returns the folders of the packages in it */
export async function compileConsole(): Promise<{ packages: string[] }> {
  const [script, style] = await Promise.all([bundled('main.tsx'), bundled('style.css')])
  const assets = [
    { name: 'main.js', type: 'text/javascript; charset=utf-8', text: script.text },
    { name: 'style.css', type: 'text/css; charset=utf-8', text: style.text },
    {
      name: 'icon.svg',
      type: 'image/svg+xml',
      text: readFileSync(path.join(SOURCE, 'icon.svg'), 'utf8').trim(),
    },
  ]
  const files: Record<string, { type: string; text: string }> = {}
  let page = readFileSync(path.join(SOURCE, 'index.html'), 'utf8').replace(/\n\s*/g, '\n')
  for (const { name, type, text } of assets) {
    const hashed = hashedName(name, text)
    files[hashed] = { type, text }
    // Relative, since a gateway may add a prefix before `/console`.
    page = page.replaceAll(`{{${name}}}`, `console/${hashed}`)
  }
  const module = [
    '/** Made by scripts/console/compile-console.ts from console/. Do not edit. */',
    `export const CONSOLE_PAGE = ${JSON.stringify(page)}`,
    '/** By the last segment of their path. */',
    `export const CONSOLE_ASSETS: Readonly<Record<string, { type: string; text: string }>> = ${JSON.stringify(files, null, 1)}`,
    '',
  ].join('\n')
  if (readIfThere() !== module) writeFileSync(OUTPUT, module)
  return { packages: [...script.packages, ...style.packages] }
}

async function bundled(entry: string): Promise<{ text: string; packages: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path.join(SOURCE, entry)],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox121', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfig: path.join(SOURCE, 'tsconfig.json'),
  })
  return { text: outputFiles[0]?.text.trim() ?? '', packages: bundledPackages(metafile) }
}

function hashedName(name: string, text: string): string {
  const { name: stem, ext } = path.parse(name)
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 12)
  return `${stem}-${digest}${ext}`
}

function readIfThere(): string {
  try {
    return readFileSync(OUTPUT, 'utf8')
  } catch {
    return ''
  }
}
