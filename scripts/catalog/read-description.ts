/** Reads an API description from a file or an http(s) URL, as JSON or YAML. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** Where Gumloop publishes its description. */
export const PUBLISHED_DESCRIPTION = 'https://docs.gumloop.com/api-reference/openapi.yaml'

const TIMEOUT_MS = 30_000
const MAX_BYTES = 20 * 1024 * 1024

/** The source cannot be read or is not an OpenAPI description. The message says which and why, in one sentence. */
export class DescriptionError extends Error {
  override name = 'DescriptionError'
}

/** The parsed document, not yet checked. @throws DescriptionError */
export async function readDescription(source: string): Promise<unknown> {
  const text = /^https?:\/\//i.test(source) ? await download(source) : readLocal(source)
  try {
    return JSON.parse(text)
  } catch {
    return parseYaml(text, source)
  }
}

async function download(url: string): Promise<string> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    text = await response.text()
  } catch (cause) {
    throw new DescriptionError(`${url} cannot be reached.`, { cause })
  }
  if (!response.ok) throw new DescriptionError(`${url} returned HTTP ${response.status}.`)
  if (text.length > MAX_BYTES) throw new DescriptionError(`${url} is larger than ${MAX_BYTES} bytes.`)
  return text
}

function readLocal(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new DescriptionError(`${file} cannot be read.`, { cause })
  }
}

function parseYaml(text: string, source: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    throw new DescriptionError(`${source} is neither JSON nor YAML.`, { cause })
  }
}
