/**
 * The command of the installed package. The first word chooses a program, each a bundle of its own beside this one:
 * none, `start` or an option is the server, what is no program is administration. The first import ends the process
 * where Node is too old to read the others, so nothing else is imported here.
 */
import './check-node.cjs'

const PROGRAMS = ['cdk', 'deploy', 'ip-ranges', 'sandbox']
const HELP_AND_VERSION = ['-h', '--help', '--version']

const word = process.argv[2]
const isServer = word === undefined || (word.startsWith('-') && !HELP_AND_VERSION.includes(word))
const isNamed = word === 'start' || (word !== undefined && PROGRAMS.includes(word))
const program = isServer || word === 'start' ? 'server' : isNamed ? word : 'cli'
// The program sees its own options alone.
if (isNamed) process.argv.splice(2, 1)
require(`${__dirname}/${program}.cjs`)
