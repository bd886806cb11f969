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
      complain: text => {
        err += `${text}\n`
      },
    },
  )
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') }
}

/** As npm starts it. */
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
  it('prints a published document as a setting that a stage takes', async () => {
    const { code, out } = await start('chatgpt.json')
    const settings = JSON.parse(out)
    expect([code, settings.allowedIpRanges.length, settings.allowedIpRanges[0]]).toEqual([
      0,
      280,
      '203.0.0.16/28',
    ])
    expect(parseStageConfig('test', settings).allowedIpRanges).toEqual(settings.allowedIpRanges)
  })

  it('reads any shape of document, joins what touches, adds what is one’s own', async () => {
    expect(JSON.parse((await run('four.json', '--add', '198.51.100.7', '--add', '192.0.2.9')).out)).toEqual({
      allowedIpRanges: ['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32'],
    })
    expect(JSON.parse((await run('list.txt')).out)).toEqual({
      allowedIpRanges: ['192.0.2.0/24', '198.51.100.7/32'],
    })
  })

  it('writes it into a stage file, and says later when the document has changed', async () => {
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

  it('reads an address on the network, over https or on this machine alone', async () => {
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
    expect(round).toMatchObject({ code: 2, err: expect.stringContaining('without end') })
    expect(plain).toMatchObject({ code: 2, err: 'http://example.com/ranges.json is not https.\n' })
  })

  it.each<[string, string[], RegExp]>([
    ['no document', ['nowhere.json'], /^nowhere\.json cannot be read \(ENOENT\)\.\n$/],
    ['a document without ranges', ['none.json'], /^none\.json holds no address range\.\n$/],
    ['a range that lets in everybody', ['everybody.json'], /lets in nearly everybody/],
    ['a range of one’s own that is none', ['four.json', '--add', 'office'], /^"office" is no address range/],
    ['a stage that is not there', ['four.json', '--stage', 'nowhere'], /there is no such stage/],
    ['nothing to read', [], /^Usage: npm run ip-ranges/],
    ['a check of nothing', ['four.json', '--check'], /^Usage: npm run ip-ranges/],
    ['an unknown option', ['four.json', '--stages', 'x'], /'--stages'/],
  ])('refuses %s in a sentence', async (_, parameters, words) => {
    const { code, out, err } = await run(...parameters)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
  })
})
