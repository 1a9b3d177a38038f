// The tests of the page: node tests.js NAME. Without a name: all of them.
'use strict'
const { existsSync } = require('node:fs')
const { executable, run } = require('./harness.js')

const tests = {
  ...require('./view-tests.js'),
  ...require('./action-tests.js'),
  ...require('./live-tests.js'),
  ...require('./people-tests.js'),
}

async function main() {
  if (!executable || !existsSync(executable)) {
    console.log('skipped: there is no Chromium here')
    return
  }
  const names = process.argv[2] ? [process.argv[2]] : Object.keys(tests)
  for (const name of names) {
    const { options, test } = typeof tests[name] === 'function' ? { test: tests[name] } : tests[name]
    // The real server cannot be made to have a broken disk or another version by its API.
    if (options?.mockOnly && process.env.NEXRENDER_TEST_PAGE) continue
    await run(name, test, options)
  }
}

main().then(
  () => process.exit(0),
  problem => {
    console.error(problem)
    process.exit(1)
  },
)
