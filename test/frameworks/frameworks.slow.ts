/**
 * Agent frameworks, as they are published, against the local server: every tool's schema passes the framework's own
 * converter for its models, and a call in the framework's own habit is answered (drive_frameworks.py).
 */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toolIndex } from '../../lambda/catalog/catalog.ts'
import { startTarget, type Target } from '../regression/target.ts'
import { pythonEnvironment } from '../support/python-environment.ts'

const here = (name: string) => path.join(import.meta.dirname, name)
const DISCOVERY = 3
let target: Target
let report: Record<string, Record<string, { tools?: number; answer?: string; error?: string }>>

beforeAll(async () => {
  const python = path.join(pythonEnvironment('frameworks', here('requirements.txt')), 'bin/python')
  target = await startTarget()
  target.upstream.script({ status: 200, json: { agents: [{ id: 'agent-1', name: 'Größe' }] } })
  const urls = [await target.connector(), await target.connector({ tool_exposure: 'all' })]
  const { stdout } = await promisify(execFile)(python, [here('drive_frameworks.py'), ...urls], {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', HOME: target.folder },
    maxBuffer: 50_000_000,
  })
  report = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1))
}, 600_000)
afterAll(() => target?.close())

describe.each([
  'google_genai',
  'google_adk',
  'openai_agents',
  'langchain',
  'pydantic_ai',
  'llama_index',
  'smolagents',
])('%s', framework => {
  test.each(['default', 'all'])('loads and converts the list of %s tools, and calls one', listed => {
    const { tools, answer, error } = report[framework]?.[listed] ?? { error: 'it did not run' }
    expect(error).toBeUndefined()
    expect(answer).toContain('agent-1')
    if (listed === 'all') expect(tools).toBe(toolIndex().length - DISCOVERY)
    else expect(tools).toBeGreaterThan(10)
  })
})
