/**
 * `npm run bench:load [-- --clients 200 --seconds 60 --write]`: many clients against the local server while the sandbox
 * fails now and then, and the same against a bare forwarding server. Ends with 1 when there was an error that the
 * sandbox did not cause, or when memory grew. `--write` puts the figures into `docs/performance.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Drive, drive } from './load/drive.ts'
import { failuresInjected, switchFailuresOff, switchFailuresOn } from './load/failures.ts'
import { type Program, startBareProgram, startSandboxProgram, startServerProgram } from './load/programs.ts'
import { judge } from './load/questions.ts'
import { report, withSection } from './load/report.ts'
import { errorsOf, failuresOf, growthOf, type Run } from './load/verdict.ts'

const DOCUMENT = path.join(import.meta.dirname, '../docs/performance.md')
const PAUSE_MS = 1000
/** Before anything is counted caches fill, code is compiled and the heap finds its size: rounds of this length. */
const WARM_UP_MS = 5000
const MAX_WARM_UPS = 8
/** It has found it when a round adds less. */
const SETTLED_SHARE = 0.02
/** A shorter run is for errors alone: it warms up once, and its memory is not judged. */
const SHORT_SECONDS = 30

interface Setting {
  clients: number
  seconds: number
}

/** The bare server hands failures on as they are. */
const judgeBare = (status: number) => (status === 200 ? 'ok' : `upstream ${status}`)

/** Ours and the bare one take turns, so that a slow moment of the machine meets both. */
const SLICE_SECONDS = 10

interface Subject {
  program: Program
  judge: Drive['judge']
  run: Run
}

async function warmUp({ program, judge }: Subject, { clients, seconds }: Setting): Promise<void> {
  const rounds = seconds < SHORT_SECONDS ? 1 : MAX_WARM_UPS
  for (let round = 0, grown = 1; round < rounds && grown > SETTLED_SHARE; round++) {
    const beforeMb = program.memoryMb()
    await drive({ url: program.url, clients, durationMs: WARM_UP_MS, pauseMs: PAUSE_MS, judge })
    grown = program.memoryMb() / beforeMb - 1
  }
}

/** One slice; what it says is added to the subject's run. */
async function measure(
  { program, judge, run }: Subject,
  sandbox: Program,
  { clients, seconds }: Setting,
): Promise<void> {
  await switchFailuresOn(sandbox.url)
  const watch = setInterval(() => run.memoryMb.push(program.memoryMb()), 1000)
  const durationMs = seconds * 1000
  run.asked.push(...(await drive({ url: program.url, clients, durationMs, pauseMs: PAUSE_MS, judge })))
  clearInterval(watch)
  for (const [kind, count] of Object.entries(await failuresInjected(sandbox.url)))
    run.dealt[kind] = (run.dealt[kind] ?? 0) + count
  await switchFailuresOff(sandbox.url)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      write: { type: 'boolean', default: false },
    },
  })
  const setting = { clients: Number(values.clients), seconds: Number(values.seconds) }
  const [busy = 0] = loadavg()
  const machine = `Node ${process.version}, ${availableParallelism()} cores, load average ${busy.toFixed(1)} before`
  const sandbox = await startSandboxProgram()
  const programs = [sandbox]
  try {
    const subject = async (program: Promise<Program>, judged: Drive['judge']): Promise<Subject> => {
      programs.push(await program)
      const run: Run = { asked: [], memoryMb: [], dealt: {} }
      const made = { program: await program, judge: judged, run }
      await warmUp(made, setting)
      return made
    }
    const ours = await subject(startServerProgram(sandbox.url), judge)
    const bare = await subject(startBareProgram(sandbox.url), judgeBare)
    for (let left = setting.seconds; left > 0; left -= SLICE_SECONDS) {
      const slice = { ...setting, seconds: Math.min(left, SLICE_SECONDS) }
      for (const one of [ours, bare]) await measure(one, sandbox, slice)
    }
    const calm = await drive({
      url: ours.program.url,
      clients: setting.clients,
      durationMs: 3000,
      pauseMs: PAUSE_MS,
      judge,
    })
    const text = report(ours.run, bare.run, { ...setting, machine })
    console.log(text)
    const failures = [
      ...failuresOf(ours.run),
      ...(setting.seconds < SHORT_SECONDS ? [] : growthOf(ours.run.memoryMb)),
      ...Object.entries(errorsOf(calm)).map(([outcome, count]) => `${count} × ${outcome}, nothing dealt`),
    ]
    if (values.write) writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), text))
    for (const failure of failures) console.error(`FAILED: ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  } finally {
    for (const program of programs) program.stop()
  }
}

await main()
