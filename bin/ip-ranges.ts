/**
 * `ip-ranges FILE|URL`: the address ranges of a published document as the stage setting `allowedIpRanges`, joined where
 * they touch. Exit code 0: done, or `--check` found no difference; 1: it found one; 2: it cannot be told.
 */
import { ipRanges } from './ip-ranges/ip-ranges-command.ts'
import { prepareProcess } from './terminal-process.ts'

prepareProcess()
void ipRanges(process.argv.slice(2), {
  stages: 'stages',
  print: text => console.log(text),
  printError: text => console.error(text),
}).then(code => {
  process.exitCode = code
})
