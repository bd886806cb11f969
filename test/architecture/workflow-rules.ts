/** What every GitHub workflow of this repository must keep to; each broken rule is one line that says where and how. */
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
}

interface Job {
  uses?: string
  needs?: string | string[]
  container?: string
  permissions?: Record<string, string>
  steps?: Step[]
  'timeout-minutes'?: number
}

/** The parts of a workflow file that the rules are about. */
export interface Workflow {
  on: Record<string, unknown>
  permissions?: Record<string, string>
  jobs: Record<string, Job>
}

/** Permissions to write, each given to the one job that needs it, as `workflow/job`. */
const WRITES: Record<string, Record<string, string>> = {
  'release/publish': { 'id-token': 'write' },
  'release/github-release': { contents: 'write' },
  'catalog-drift/report': { issues: 'write' },
}

const PINNED_ACTION = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
const PINNED_IMAGE = /^[\w./-]+:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$/

export function parseWorkflow(text: string): Workflow {
  return parse(text)
}

/** What follows each `uses:`, comments included: the version comment is not part of the parsed document. */
export function usedActions(text: string): string[] {
  return [...text.matchAll(/^\s*(?:- )?uses:\s*(.+?)\s*$/gm)].map(([, used = '']) => used)
}

/** Every rule that a workflow breaks; `name` is its file name without the extension. */
export function brokenRules(name: string, text: string): string[] {
  const workflow = parseWorkflow(text)
  const broken: string[] = []
  for (const used of usedActions(text)) {
    if (used.startsWith('./')) {
      if (!existsSync(used)) broken.push(`${used} does not exist`)
    } else if (!PINNED_ACTION.test(used)) broken.push(`${used} is not pinned as COMMIT # vX.Y.Z`)
  }
  // Both run with the repository's rights and secrets, whoever wrote the code.
  for (const event of ['pull_request_target', 'workflow_run'])
    if (event in workflow.on) broken.push(`${event} runs untrusted code with rights`)
  if (JSON.stringify(workflow.permissions) !== '{}') broken.push('permissions are not set per job')
  if (/\$\{\{\s*secrets\b/.test(text)) broken.push('uses a stored secret')
  for (const [job, definition] of Object.entries(workflow.jobs))
    broken.push(...brokenInJob(`${name}/${job}`, definition).map(rule => `${job}: ${rule}`))
  return broken
}

function brokenInJob(id: string, job: Job): string[] {
  const broken: string[] = []
  const allowed = JSON.stringify(WRITES[id] ?? { contents: 'read' })
  const permissions = JSON.stringify(job.permissions)
  if (permissions !== allowed) broken.push(`permissions are ${permissions}, not ${allowed}`)
  if (job.uses === undefined && job['timeout-minutes'] === undefined) broken.push('has no time limit')
  if (job.container !== undefined && !PINNED_IMAGE.test(job.container))
    broken.push(`image ${job.container} is not pinned by version and digest`)
  for (const { uses, run, with: inputs } of job.steps ?? []) {
    if (uses?.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false)
      broken.push('checkout leaves its token in the working copy')
    if (run !== undefined) broken.push(...brokenInScript(run))
  }
  return broken
}

function brokenInScript(script: string): string[] {
  const broken: string[] = []
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const [, name = ''] of script.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g))
    if (!(name in scripts)) broken.push(`npm script ${name} does not exist`)
  for (const [, file = ''] of script.matchAll(/\b(?:bash|node|tsx) ([\w./-]+)/g))
    if (!existsSync(file)) broken.push(`${file} does not exist`)
  // An expression is filled in before the shell reads the script, so its value could be a command.
  if (script.includes('${{')) broken.push('an expression in a script: pass it as an environment variable')
  return broken
}
