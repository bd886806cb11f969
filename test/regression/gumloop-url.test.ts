/** The account's key goes with every request to Gumloop, so it must not go over plain http to another machine. */
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startLocalProgram, temporaryFolder } from '../support/local-server.ts'
import { TARGET_FOLDER } from './target.ts'

const { folder, remove } = temporaryFolder()
afterAll(remove)

/** Starts the target with this address of Gumloop, and stops it. @throws with what it printed if it does not start. */
async function start(GUMLOOP_BASE_URL: string): Promise<void> {
  const environment = { GUMLOOP_API_KEY: 'k', GUMLOOP_USER_ID: 'u', GUMLOOP_BASE_URL }
  const program = path.join(TARGET_FOLDER, 'dist/server.cjs')
  const server = await startLocalProgram(folder, ['--port', '0'], environment, program)
  await server.stop()
}

test('starts with a Gumloop on this machine (control)', async () => {
  await expect(start('http://127.0.0.1:9/api/v1')).resolves.toBeUndefined()
})

test.each([
  'http://10.0.0.5:8788/api/v1',
  'http://127.0.0.1.example.com/api/v1',
  'http://api.gumloop.com/api/v1',
])('does not start with %s', async url => {
  await expect(start(url)).rejects.toThrow('GUMLOOP_BASE_URL must be an https URL')
})
