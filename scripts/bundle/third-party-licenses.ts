/** The notices that the licenses of bundled packages ask for: the package is distributed, and their own files are not in it. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Metafile } from 'esbuild'

/** Folders of the packages that a bundle holds parts of, from the folder that esbuild ran in. */
export function bundledPackages({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap(
    input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? [],
  )
  return [...new Set(folders)]
}

/** One text with every package's name, version and license, equal license texts once. @throws for one without a license */
export function licensesText(folders: Iterable<string>): string {
  const packagesByText = new Map<string, string[]>()
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    if (typeof license !== 'string') throw new Error(`${name} names no license: it cannot be distributed`)
    const text = licenseFile(folder) ?? `License: ${license}`
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const sections = [...packagesByText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`)
  return ['The programs in this folder contain these packages.\n', ...sections].join(
    `\n${'-'.repeat(80)}\n\n`,
  )
}

function licenseFile(folder: string): string | undefined {
  const name = readdirSync(folder).find(file => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file))
  return name && readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()
}
