import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ipRanges } from '../../../bin/ip-ranges/ip-ranges-command.ts'
import { parseStageConfig } from '../../../lib/stage/stage-config.ts'

/** Shaped as OpenAI publishes the addresses that ChatGPT calls from; 280 of them, as there were 278. */
const PUBLISHED = JSON.stringify({
  creationTime: '2026-09-22T10:00:00.000000',
  prefixes: Array.from({ length: 280 }, (_, at) => ({
    ipv4Prefix: `203.0.${at >> 2}.${(at % 4) * 64 + 16}/28`,
  })),
})

const folder = mkdtempSync(join(tmpdir(), 'gumloop-mcp-ranges-'))
mkdirSync(join(folder, 'stages'))
const put = (file: string, text: string) => writeFileSync(join(folder, file), text)
put('chatgpt.json', PUBLISHED)
put(
  'four.json',
  '{"prefixes":[{"ipv4Prefix":"192.0.2.0/25"},{"ipv4Prefix":"192.0.2.128/25"},{"ipv6Prefix":"2001:db8::/32"}]}',
)
put('list.txt', '# ours\n198.51.100.7/32\n\n192.0.2.0/24 # theirs\n')
put('everybody.json', '["0.0.0.0/0"]')
put('none.json', '{"prefixes":[]}')

interface Run {
  code: number | null
  out: string
  err: string
}

/** In this process, with the stages of the folder. */
async function run(...words: string[]): Promise<Run> {
  let [out, err] = ['', '']
  const code = await ipRanges(
    words.map(word => (existsSync(join(folder, word)) ? join(folder, word) : word)),
    {
      stages: join(folder, 'stages'),
      print: text => {
        out += `${text}\n`
      },
      printError: text => {
        err += `${text}\n`
      },
    },
  )
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') }
}

/** As npm runs it. */
function start(...words: string[]): Promise<Run> {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), resolve('bin/ip-ranges.ts'), ...words],
    { cwd: folder, env: { PATH: process.env.PATH } },
  )
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  return new Promise(done => child.once('close', code => done({ code, out, err })))
}

describe('npm run ip-ranges', () => {
  it('prints a published document as a stage setting', async () => {
    const { code, out } = await start('chatgpt.json')
    const settings = JSON.parse(out)
    expect([code, settings.allowedIpRanges.length, settings.allowedIpRanges[0]]).toEqual([
      0,
      280,
      '203.0.0.16/28',
    ])
    expect(parseStageConfig('test', settings).allowedIpRanges).toEqual(settings.allowedIpRanges)
  })

  it('reads any document shape, merges adjacent ranges, and adds those of --add', async () => {
    expect(JSON.parse((await run('four.json', '--add', '198.51.100.7', '--add', '192.0.2.9')).out)).toEqual({
      allowedIpRanges: ['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32'],
    })
    expect(JSON.parse((await run('list.txt')).out)).toEqual({
      allowedIpRanges: ['192.0.2.0/24', '198.51.100.7/32'],
    })
  })

  it('writes the setting into a stage file, and reports later that the document has changed', async () => {
    put('stages/mine.json', '{"logLevel":"debug","allowedIpRanges":[]}')
    const written = await run('four.json', '--stage', 'mine')
    expect(written).toMatchObject({
      code: 0,
      out: expect.stringContaining('npm run deploy -- -c stage=mine'),
    })
    expect(JSON.parse(readFileSync(join(folder, 'stages/mine.json'), 'utf8'))).toEqual({
      logLevel: 'debug',
      allowedIpRanges: ['192.0.2.0/24', '2001:db8::/32'],
    })
    expect((await run('four.json', '--stage', 'mine', '--check')).code).toBe(0)
    const changed = await run('list.txt', '--stage', 'mine', '--check')
    expect(changed).toMatchObject({
      code: 1,
      out: expect.stringMatching(/\+ 198\.51\.100\.7\/32\n {2}- 2001:db8::\/32/),
    })
  })

  it('reads a URL over https, or over http on this machine only', async () => {
    const moved: Record<string, string> = {
      '/old': '/ranges.json',
      '/insecure': 'http://example.com/',
      '/round': '/round',
    }
    const server = createServer(({ url = '' }, response) => {
      const location = moved[url]
      if (location !== undefined) response.writeHead(302, { location }).end()
      else if (url === '/ranges.json') response.end(PUBLISHED)
      else response.writeHead(404).end()
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [found, missing, plain, led, insecure, round] = await Promise.all([
      run(`${origin}/ranges.json`),
      run(`${origin}/other`),
      run('http://example.com/ranges.json'),
      run(`${origin}/old`),
      run(`${origin}/insecure`),
      run(`${origin}/round`),
    ])
    server.close()
    expect([found.code, JSON.parse(found.out).allowedIpRanges.length]).toEqual([0, 280])
    expect(missing).toMatchObject({ code: 2, err: `${origin}/other answered with status 404.\n` })
    expect(led.out).toBe(found.out)
    expect(insecure).toMatchObject({ code: 2, err: 'http://example.com/ is not https.\n' })
    expect(round).toMatchObject({ code: 2, err: expect.stringContaining('redirects more than 3 times') })
    expect(plain).toMatchObject({ code: 2, err: 'http://example.com/ranges.json is not https.\n' })
  })

  it.each<[string, string[], RegExp]>([
    ['a missing document', ['nowhere.json'], /^nowhere\.json cannot be read \(ENOENT\)\.\n$/],
    ['a document without ranges', ['none.json'], /^none\.json contains no address range\.\n$/],
    ['a range that allows everybody', ['everybody.json'], /would allow almost everybody/],
    ['an invalid range in --add', ['four.json', '--add', 'office'], /^"office" is not an address range/],
    ['an unknown stage', ['four.json', '--stage', 'nowhere'], /stage not found/],
    ['no arguments', [], /^Usage: npm run ip-ranges/],
    ['--check without --stage', ['four.json', '--check'], /^Usage: npm run ip-ranges/],
    ['an unknown option', ['four.json', '--stages', 'x'], /'--stages'/],
  ])('rejects %s with a message', async (_, parameters, words) => {
    const { code, out, err } = await run(...parameters)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
  })
})
