/**
 * `ip-ranges FILE|URL`: converts the address ranges of a published document to the stage setting `allowedIpRanges`, and
 * merges adjacent ones. Exit code 0: done, or `--check` found no difference; 1: it found one; 2: error.
 */
import { ipRanges } from './ip-ranges/ip-ranges-command.ts'
import { prepareProcess } from './terminal-process.ts'
import { runProgram } from './use-proxy.ts'

prepareProcess()
runProgram(() =>
  ipRanges(process.argv.slice(2), {
    stages: 'stages',
    print: text => console.log(text),
    printError: text => console.error(text),
  }),
)
