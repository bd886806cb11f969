/** Entry point of the local server (`npm start`). Prints one screen, and logs to `.local/server.log`. */
import path from 'node:path'
import { ConfigurationError } from '../lambda/shared/config.ts'
import { createPrivateFiles } from './private-files.ts'
import { describeCrash } from './server/disk-full.ts'
import { firstScreen } from './server/first-screen.ts'
import { DATA_FOLDER, HELP, readOptions } from './server/options.ts'
import { prepareProcess } from './terminal-process.ts'
import { useProxyOf } from './use-proxy.ts'

// Before the AWS clients are loaded, since they read the environment then.
prepareProcess(error => describeCrash(error, path.resolve(DATA_FOLDER)))

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) return void process.stdout.write(HELP)
  await useProxyOf(process.env)
  createPrivateFiles()
  const { startLocalServer } = await import('./server/local-server.ts')
  const server = await startLocalServer(options, path.resolve(DATA_FOLDER))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)))
  }
  process.stdout.write(firstScreen(server.screen))
}

main().catch(error => {
  if (!(error instanceof ConfigurationError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
