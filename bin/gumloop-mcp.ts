/**
 * The command of the installed package. The first word selects a program, each a separate bundle next to this one:
 * no word, `start` or an option runs the server, any other word the administration CLI. The first import exits
 * if Node is too old to parse the others, so nothing else is imported here.
 */
import './check-node.cjs'

const PROGRAMS = ['cdk', 'deploy', 'ip-ranges', 'sandbox']
const HELP_AND_VERSION = ['-h', '--help', '--version']

const word = process.argv[2]
const isServer = word === undefined || (word.startsWith('-') && !HELP_AND_VERSION.includes(word))
const isNamed = word === 'start' || (word !== undefined && PROGRAMS.includes(word))
const program = isServer || word === 'start' ? 'server' : isNamed ? word : 'cli'
// The program gets only its own options.
if (isNamed) process.argv.splice(2, 1)
require(`${__dirname}/${program}.cjs`)
