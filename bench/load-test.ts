/**
 * `npm run bench:load [-- --clients 200 --seconds 60 --write]`: runs many clients against the local server while the
 * sandbox injects failures, and against a bare forwarding server for comparison. Exits with 1 when an error occurs that
 * was not injected, or when memory grows. `--write` writes the results to `docs/performance.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { betweenMarks } from '../scripts/between-marks.ts'
import { errorsOf, failuresOf, growthOf, type Run } from './load/evaluate-run.ts'
import { failureCounts, injectFailures, removeFailures } from './load/injected-failures.ts'
import { report } from './load/load-report.ts'
import { type Program, startBareProgram, startSandboxProgram, startServerProgram } from './load/programs.ts'
import { outcomeOf } from './load/requests.ts'
import { type ClientsOptions, runClients } from './load/run-clients.ts'

const DOCUMENT = path.join(import.meta.dirname, '../docs/performance.md')
const PAUSE_MS = 1000
/** Length of a warm-up round, in which caches fill, code is compiled and the heap grows to its working size. */
const WARM_UP_MS = 5000
const MAX_WARM_UPS = 8
/** The heap has settled when a round adds less than this. */
const SETTLED_SHARE = 0.02
/** A shorter run checks errors only: it has one warm-up round, and its memory is not evaluated. */
const SHORT_SECONDS = 30

interface Setting {
  clients: number
  seconds: number
}

/** The bare server forwards failures unchanged. */
const bareOutcomeOf = (status: number) => (status === 200 ? 'ok' : `upstream ${status}`)

/** Both servers take turns, so that a slow phase of the machine affects both. */
const SLICE_SECONDS = 10

interface Subject {
  program: Program
  outcomeOf: ClientsOptions['outcomeOf']
  run: Run
}

async function warmUp({ program, outcomeOf }: Subject, { clients, seconds }: Setting): Promise<void> {
  const rounds = seconds < SHORT_SECONDS ? 1 : MAX_WARM_UPS
  for (let round = 0, grown = 1; round < rounds && grown > SETTLED_SHARE; round++) {
    const beforeMb = program.memoryMb()
    await runClients({ url: program.url, clients, durationMs: WARM_UP_MS, pauseMs: PAUSE_MS, outcomeOf })
    grown = program.memoryMb() / beforeMb - 1
  }
}

/** Measures one slice and adds it to the subject's run. */
async function measure(
  { program, outcomeOf, run }: Subject,
  sandbox: Program,
  { clients, seconds }: Setting,
): Promise<void> {
  await injectFailures(sandbox.url)
  const memorySampler = setInterval(() => run.memoryMb.push(program.memoryMb()), 1000)
  const durationMs = seconds * 1000
  const options = { url: program.url, clients, durationMs, pauseMs: PAUSE_MS, outcomeOf }
  run.samples.push(...(await runClients(options)))
  clearInterval(memorySampler)
  for (const [kind, count] of Object.entries(await failureCounts(sandbox.url)))
    run.injected[kind] = (run.injected[kind] ?? 0) + count
  await removeFailures(sandbox.url)
}

const WRITE_COMMAND = 'npm run bench:load -- --write'

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
    const prepare = async (
      starting: Promise<Program>,
      classify: ClientsOptions['outcomeOf'],
    ): Promise<Subject> => {
      const program = await starting
      programs.push(program)
      const run: Run = { samples: [], memoryMb: [], injected: {} }
      const subject = { program, outcomeOf: classify, run }
      await warmUp(subject, setting)
      return subject
    }
    const ours = await prepare(startServerProgram(sandbox.url), outcomeOf)
    const bare = await prepare(startBareProgram(sandbox.url), bareOutcomeOf)
    for (let left = setting.seconds; left > 0; left -= SLICE_SECONDS) {
      const slice = { ...setting, seconds: Math.min(left, SLICE_SECONDS) }
      for (const one of [ours, bare]) await measure(one, sandbox, slice)
    }
    const withoutFailures = await runClients({
      url: ours.program.url,
      clients: setting.clients,
      durationMs: 3000,
      pauseMs: PAUSE_MS,
      outcomeOf,
    })
    const text = report(ours.run, bare.run, { ...setting, machine })
    console.log(text)
    const failures = [
      ...failuresOf(ours.run),
      ...(setting.seconds < SHORT_SECONDS ? [] : growthOf(ours.run.memoryMb)),
      ...Object.entries(errorsOf(withoutFailures)).map(
        ([outcome, count]) => `${count} × ${outcome} without injected failures`,
      ),
    ]
    if (values.write)
      writeFileSync(DOCUMENT, betweenMarks(readFileSync(DOCUMENT, 'utf8'), 'load', text, WRITE_COMMAND))
    for (const failure of failures) console.error(`FAILED: ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  } finally {
    for (const program of programs) program.stop()
  }
}

await main()
