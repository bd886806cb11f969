/** Gumloop's own Python SDK against the sandbox: each method is called, and what it returns is checked (drive_sdk.py). */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { type RequestLogEntry, startSandbox } from 'gumloop-sandbox'
import { beforeAll, expect, test } from 'vitest'
import { operationsOf, readOpenApi } from '../../scripts/catalog/open-api.ts'
import { readWheel, type SdkEndpoint } from '../../scripts/drift/sdk-surface.ts'
import { currentWheel, sdkEnvironment } from './pinned-sdk.ts'

const DRIVER = path.join(import.meta.dirname, 'drive_sdk.py')

interface Report {
  steps: { name: string; error: string | null }[]
  called: string[]
}

let report: Report
let requests: RequestLogEntry[]
let endpoints: SdkEndpoint[]

/** By `GET /agents/{}`. */
const operationIds = new Map(
  operationsOf(readOpenApi()).map(({ method, path: route, operation }) => [
    `${method} ${route.replace(/\{\w+\}/g, '{}')}`,
    operation.operationId,
  ]),
)
const operationOf = ({ method, path: route }: SdkEndpoint) => operationIds.get(`${method} ${route}`)

beforeAll(async () => {
  const python = path.join(sdkEnvironment(), 'bin/python')
  endpoints = readWheel(currentWheel()).endpoints.filter(endpoint => operationOf(endpoint) !== undefined)
  const sandbox = await startSandbox({ speed: 20 })
  const { stdout } = await promisify(execFile)(python, [DRIVER, sandbox.url], {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
  })
  report = JSON.parse(stdout)
  requests = [...sandbox.requests]
  await sandbox.close()
}, 300_000)

test('what every method returns holds', () => {
  expect(report.steps.filter(step => step.error !== null)).toEqual([])
  expect(report.steps.length).toBeGreaterThan(25)
})

test('every method of the sync client that has an operation in the catalog was called', () => {
  const methods = endpoints.flatMap(endpoint => endpoint.sentAs).filter(name => !name.startsWith('Async'))
  expect(new Set(methods).size).toBeGreaterThan(115)
  expect([...new Set(methods)].filter(method => !report.called.includes(method))).toEqual([])
})

test('every operation that the SDK knows has succeeded', () => {
  const succeeded = new Set(requests.filter(({ status }) => status < 300).map(entry => entry.operationId))
  const known = endpoints.map(operationOf)
  expect(known).toHaveLength(114)
  expect(known.filter(id => id === undefined || !succeeded.has(id))).toEqual([])
})

test('the catalog has 17 operations that the SDK does not know', () => {
  const known = new Set(endpoints.map(operationOf))
  expect([...operationIds.values()].filter(id => !known.has(id)).sort()).toEqual([
    'downloadFile',
    'downloadFiles',
    'exportData',
    'exportStatus',
    'getAutomationRunHistory',
    'getInputs',
    'getOrganizationAuditLogs',
    'getRoleCreditLimit',
    'killPipeline',
    'listRoleCreditLimits',
    'listSavedAutomations',
    'listWorkbooks',
    'managePermissionGroupUsers',
    'manageProjectUsers',
    'setRoleCreditLimit',
    'uploadFile',
    'uploadFiles',
  ])
})
