/** What the npm scripts of a checkout need, each missing part said in one sentence. Old syntax, as in check-node.cjs. */
require('../bin/check-node.cjs')

if (!require('node:fs').existsSync(require('node:path').join(__dirname, '../node_modules/tsx'))) {
  process.stderr.write('The dependencies are not installed yet. Run this first: npm ci\n')
  process.exit(1)
}
