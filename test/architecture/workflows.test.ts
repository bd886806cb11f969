/** GitHub runs what these files say with rights on the repository and on npm. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { brokenRules, parseWorkflow, usedActions } from './workflow-rules.ts'

const FOLDER = '.github/workflows'
const names = readdirSync(FOLDER).map(file => file.replace(/\.yml$/, ''))
const read = (name: string): string => readFileSync(`${FOLDER}/${name}.yml`, 'utf8')

test('the workflows are the checks, the release and the weekly comparisons of the catalog', () => {
  expect(names.sort()).toEqual(['catalog-check', 'catalog-drift', 'checks', 'release'])
})

test('the job that opens an issue about the SDK runs no code of the repository', () => {
  const { jobs } = parseWorkflow(read('catalog-drift'))
  const scripts = (job: string) => (jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []).join('\n')
  expect(scripts('compare')).toContain('npm run -s catalog:drift')
  expect(jobs.report?.needs).toBe('compare')
  expect(scripts('report')).toMatch(/gh issue create/)
  expect(scripts('report')).not.toMatch(/\b(?:npm|npx|node)\b/)
})

test.each(names)('%s breaks no rule', name => {
  expect(brokenRules(name, read(name))).toEqual([])
})

test('each action has one version in all of them', () => {
  const actions = new Map<string, Set<string>>()
  for (const used of names.flatMap(name => usedActions(read(name)))) {
    const [action = '', version = ''] = used.split('@')
    actions.set(action, (actions.get(action) ?? new Set()).add(version))
  }
  expect(actions.size).toBeGreaterThan(3)
  expect([...actions].filter(([, versions]) => versions.size > 1)).toEqual([])
})

test('Node 24 is the same version as in .ci/run', () => {
  const [, version] = /node24_version=(\S+)/.exec(readFileSync('.ci/run', 'utf8')) ?? []
  const inWorkflows = names.flatMap(name =>
    [...read(name).matchAll(/node-version: (\S+)/g)].map(([, found]) => found),
  )
  expect(inWorkflows.length).toBeGreaterThan(2)
  expect(new Set(inWorkflows)).toEqual(new Set([version]))
})

test('the checks run .ci/run on every pull request and on main', () => {
  const { on, jobs } = parseWorkflow(read('checks'))
  expect(on).toEqual({ pull_request: null, push: { branches: ['main'] }, workflow_call: null })
  expect(jobs.checks?.steps?.at(-1)).toEqual({ run: 'bash .ci/run' })
})

describe('the release', () => {
  const { on, jobs } = parseWorkflow(read('release'))
  const scriptsOf = (job: string): string[] => (jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? [])

  test('starts with a version tag and passes every check before anything is packed or published', () => {
    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
    expect(jobs.checks?.uses).toBe('./.github/workflows/checks.yml')
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['checks', undefined],
      ['package', 'checks'],
      ['publish', 'package'],
      ['github-release', 'publish'],
    ])
  })

  test('publishes with provenance, in a job that runs no code of the repository', () => {
    expect(scriptsOf('publish')).toEqual(['npm publish ./release/*.tgz --provenance --access public'])
    expect(scriptsOf('package').join('\n')).toContain('npx tsx scripts/release-notes.ts "$GITHUB_REF_NAME"')
  })

  test('ends with a GitHub release that carries the section of the changelog', () => {
    const script = expect.stringMatching(
      /^gh release create .* --verify-tag .* --notes-file release\/notes\.md$/,
    )
    expect(scriptsOf('github-release')).toEqual([script])
  })
})

describe('a broken rule is noticed', () => {
  const good = read('catalog-check')
  const commit = /checkout@\S+ # \S+/
  const limit = 'timeout-minutes: 10'

  test.each([
    ['a branch for a commit', commit, 'checkout@main', 'not pinned'],
    ['a tag for a commit', commit, 'checkout@v7 # v7.0.1', 'not pinned'],
    ['a commit without its version', / # v7\.0\.1/, '', 'not pinned'],
    ['a major version alone', / # v7\.0\.1/, ' # v7', 'not pinned'],
    ['a missing workflow', /uses: actions\/setup-node.*/, 'uses: ./.github/x.yml', 'x.yml does not exist'],
    ['rights for every job', /^permissions: \{\}/m, 'permissions: write-all', 'not set per job'],
    ['no rights of its own', / {4}permissions:\n {6}contents: read\n/, '', 'permissions are undefined'],
    ['a right to write', /contents: read/, 'contents: write', 'permissions are {"contents":"write"}'],
    ['one right too many', /contents: read/, 'contents: read\n      id-token: write', 'permissions are'],
    ['a missing npm script', /catalog:check$/m, 'catalog:chekc', 'npm script catalog:chekc'],
    ['a missing file', /npm run -s catalog:check/, 'bash .ci/walk', '.ci/walk does not exist'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not a template
    ['an expression in a script', /npm run -s catalog:check/, 'echo ${{ github.head_ref }}', 'an expression'],
    ['a token left behind', /persist-credentials: false/, 'fetch-depth: 0', 'leaves its token'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not a template
    ['a stored secret', /node-version: \S+/, 'token: ${{ secrets.NPM_TOKEN }}', 'a stored secret'],
    ['untrusted code with rights', /workflow_dispatch:/, 'pull_request_target:', 'untrusted code'],
    ['no time limit', / {4}timeout-minutes: 10\n/, '', 'no time limit'],
    [
      'an image without a digest',
      limit,
      `${limit}\n    container: node:20.20.2`,
      'image node:20.20.2 is not',
    ],
  ])('%s', (_name, before, after, message) => {
    const bad = good.replace(before, after)
    expect(bad).not.toBe(good)
    expect(brokenRules('catalog-check', bad)).toEqual([expect.stringContaining(message)])
  })
})
