// The tests of the page: node tests.js NAME ADDRESS SECRET, with the address of a server that has no jobs.
'use strict'
const { existsSync } = require('node:fs')
const { executable, run } = require('./harness.js')

const tests = {
  ...require('./view-tests.js'),
  ...require('./action-tests.js'),
  ...require('./live-tests.js'),
  ...require('./secret-tests.js'),
  ...require('./people-tests.js'),
}

async function main() {
  if (!executable || !existsSync(executable)) {
    console.log('skipped: there is no Chromium here')
    return
  }
  const [name, base, secret] = process.argv.slice(2)
  await run(name, tests[name], base, secret)
}

main().then(
  () => process.exit(0),
  problem => {
    console.error(problem)
    process.exit(1)
  },
)
