/** Reads the address ranges of a published document. */
import { readFile } from 'node:fs/promises'
import { exchangeHttp } from '../../lambda/shared/transport/choose-transport.ts'
import { ExchangeError, type HttpAnswer } from '../../lambda/shared/transport/exchange.ts'
import { type AddressRange, parseRange } from './address-range.ts'

/** The document cannot be read or used; the message says why. */
export class RangesError extends Error {
  override name = 'RangesError'
}

const TIMEOUT_MS = 15_000
const LIMIT_BYTES = 2_000_000
const REDIRECTS_LIMIT = 3
/** Wider ranges are not a list of servers, but a mistake that would allow almost everybody. */
const WIDEST_BITS = { 4: 8, 6: 16 } as const

/** The text behind a path or an https address. @throws RangesError */
export async function readSource(source: string): Promise<string> {
  if (!/^https?:/.test(source)) {
    return readFile(source, 'utf8').catch(error => {
      throw new RangesError(`${source} cannot be read (${error.code ?? error.message}).`)
    })
  }
  let address = trusted(new URL(source))
  for (let redirects = 0; redirects <= REDIRECTS_LIMIT; redirects++) {
    const answer = await ask(address)
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return bodyOf(answer, address)
    address = trusted(new URL(location, address))
  }
  throw new RangesError(`${source} redirects more than ${REDIRECTS_LIMIT} times.`)
}

/** Requires https at every step, since whoever could change the list in transit could allow anybody. */
function trusted(address: URL): URL {
  if (address.protocol === 'https:' || address.hostname === '127.0.0.1') return address
  throw new RangesError(`${address} is not https.`)
}

async function ask(address: URL): Promise<HttpAnswer> {
  try {
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: LIMIT_BYTES, isFresh: true }
    return await exchangeHttp({ url: address.href, method: 'GET', headers: {}, ...limits })
  } catch (error) {
    if (error instanceof ExchangeError && error.failure === 'too_large') throw tooLarge(address)
    const reason = error instanceof ExchangeError ? (error.code ?? error.failure) : 'unknown error'
    throw new RangesError(`${address} cannot be reached (${reason}).`)
  }
}

function bodyOf(answer: HttpAnswer, address: URL): string {
  if (answer.status !== 200) throw new RangesError(`${address} answered with status ${answer.status}.`)
  return answer.body.toString('utf8')
}

function tooLarge(address: URL): RangesError {
  return new RangesError(`${address} is too large for a list of ranges.`)
}

/**
 * The ranges in a document: every string in a JSON document that is one, whatever its field is called (OpenAI, Google
 * and AWS use different names), or the lines of a plain list (`#` starts a comment).
 * @throws RangesError if there is none, or one that is too wide to be intended.
 */
export function rangesIn(text: string, source: string): AddressRange[] {
  const ranges = textsOf(text).flatMap(one => parseRange(one) ?? [])
  if (ranges.length === 0) throw new RangesError(`${source} contains no address range.`)
  return ranges.map(range => narrowEnough(range, source))
}

/** One range from the command line. @throws RangesError */
export function typedRange(text: string): AddressRange {
  const range = parseRange(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  if (range === undefined) throw new RangesError(`"${text}" is not an address range such as 203.0.113.0/24.`)
  return narrowEnough(range, 'the command line')
}

function narrowEnough(range: AddressRange, source: string): AddressRange {
  if (range.bits >= WIDEST_BITS[range.version]) return range
  throw new RangesError(
    `${source} contains a /${range.bits} range, which is too wide for a list of servers: it would allow almost everybody.`,
  )
}

function textsOf(text: string): string[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return text.split('\n').map(line => line.replace(/#.*/, '').trim())
  }
  return textsIn(document)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.trim()]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
