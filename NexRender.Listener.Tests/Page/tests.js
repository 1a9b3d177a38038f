// Runs the tests of the page in one browser. It says on which port it listens; each request names a test, and the address and the secret
// of a server that has no jobs. The response is 200, or 500 with the fault.
'use strict'
const { createServer } = require('node:http')
const { existsSync } = require('node:fs')
const { executable, launch, run } = require('./harness.js')

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
  const browser = await launch()
  const server = createServer(async (request, response) => {
    const query = new URL(request.url, 'http://localhost').searchParams
    try {
      const name = query.get('test')
      await run(browser, name, tests[name], query.get('base'), query.get('secret'))
      response.end('ok')
    } catch (problem) {
      response.statusCode = 500
      response.end(problem.stack)
    }
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))
}

main().catch(problem => {
  console.error(problem)
  process.exit(1)
})
