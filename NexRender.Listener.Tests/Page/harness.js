// What the tests of the page have in common: a browser, a server, and a farm that is driven through the API only, so that they run
// against the real server as well as against the farm in memory.
'use strict'
const assert = require('node:assert/strict')
const { existsSync } = require('node:fs')
const { createInterface } = require('node:readline')
const { chromium } = require('playwright-core')

const executable =
  process.env.NEXRENDER_TEST_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const job = (uid, extra = {}) => ({ uid, template: { src: 'file:///projects/intro.aep', composition: 'main' }, ...extra })

/** The server under test: the one whose address is given, or the farm in memory. */
class Server {
  static async start(options = {}) {
    const given = process.env.NEXRENDER_TEST_PAGE
    const server = new Server()
    server.secret = options.secrets ? Object.keys(options.secrets)[0] : ''
    if (given) {
      server.base = given
      server.lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
    } else {
      server.options = options
      server.mock = await require('./mock-server.js').start(options)
      server.base = `http://127.0.0.1:${server.mock.port}/`
    }
    return server
  }

  get isReal() {
    return !this.mock
  }

  async request(method, path, body, headers = {}) {
    const all = {
      ...(this.secret ? { 'nexrender-secret': Buffer.from(this.secret).toString('latin1') } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }
    const response = await fetch(`${this.base}api/v1${path}`, {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }

  add(...jobs) {
    return this.request('POST', '/jobs', jobs)
  }

  /** Takes the next job as a worker does, and begins to render it. */
  async begin(worker) {
    const taken = await this.request('GET', '/jobs/pickup', undefined, { 'nexrender-name': worker })
    const startedAt = new Date().toISOString()
    await this.request('PUT', `/jobs/${taken.uid}`, { ...taken, state: 'started', startedAt })
    return { uid: taken.uid, report: members => this.request('PUT', `/jobs/${taken.uid}`, { uid: taken.uid, startedAt, ...members }) }
  }

  /** Restarts the server on its port; the test's parent does it if it is the real one. */
  async restart(options = {}) {
    if (this.mock) {
      const { port, farm } = this.mock
      await this.mock.stop()
      this.mock = await require('./mock-server.js').start({ ...this.options, ...options, port, farm })
    } else {
      console.log('restart')
      assert.equal((await this.lines.next()).value, 'restarted')
    }
  }

  async stop() {
    await this.mock?.stop()
  }
}

/** Runs a test with a browser and a server, and ends the process. */
async function run(name, test, options = {}) {
  const browser = await chromium.launch({ executablePath: executable, args: flags })
  const server = await Server.start(options)
  try {
    await test({ server, browser, open: (hash, more) => open(browser, server, hash, more) })
    console.log(`ok ${name}`)
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Opens the page; what it writes to the console as an error is collected in `errors`. */
async function open(
  browser,
  server,
  hash,
  { width = 1280, height = 800, scheme = 'light', path = '', secret = server.secret, ...more } = {},
) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, ...more })
  if (secret) await context.addInitScript(value => sessionStorage.setItem('nexrender-secret', value), secret)
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  page.errors = []
  page.requests = []
  page.on('pageerror', problem => page.errors.push(problem.stack))
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.errors.push(message.text())
  })
  page.on('request', request => page.requests.push(request))
  await page.goto(server.base + path + hash)
  return page
}

const isLive = page => page.waitForSelector('body[data-live=live]')
const row = (page, uid) => page.locator('.sizer .row:visible', { has: page.locator(`a[title="${uid}"]`) })

/** Waits until a condition holds on this side. */
async function until(condition, what) {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.fail(`never: ${what}`)
}

module.exports = { assert, executable, isLive, job, row, run, until }
