// What the tests of the page have in common: a browser, and a farm that is driven through the API of a server.
'use strict'
const assert = require('node:assert/strict')
const { existsSync } = require('node:fs')
const { chromium } = require('playwright-core')

const executable =
  process.env.NEXRENDER_TEST_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
/** Long, because a busy machine is not a fault of the page. */
const deadline = 40000
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

/** The server under test, and a farm that is driven through its API. */
class Server {
  /** @param name the test @param base the address, with a slash at its end @param secret empty if there is none */
  constructor(name, base, secret) {
    this.name = name
    this.base = base
    this.secret = secret
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

  /** Lets the parent of this process restart the server on its port, sooner or later. */
  restart() {
    console.log(`restart ${this.name}`)
  }
}

/** Starts the browser of all tests; each test has a profile of its own in it. */
function launch() {
  return chromium.launch({ executablePath: executable, args: flags })
}

/** Runs a test against a server, and closes its pages. */
async function run(browser, name, test, base, secret) {
  const server = new Server(name, base, secret)
  try {
    await test({ server, browser, open: (hash, more) => open(browser, server, hash, more) })
  } finally {
    for (const context of browser.contexts()) await context.close()
  }
}

/** Opens the page; what it writes to the console as an error is collected in `errors`. */
async function open(
  browser,
  server,
  hash,
  { width = 1280, height = 800, scheme = 'light', path = '', secret = server.secret, prepare, ...more } = {},
) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, ...more })
  if (secret) await context.addInitScript(value => sessionStorage.setItem('nexrender-secret', value), secret)
  const page = await context.newPage()
  page.setDefaultTimeout(deadline)
  page.errors = []
  page.requests = []
  page.on('pageerror', problem => page.errors.push(problem.stack))
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.errors.push(message.text())
  })
  page.on('request', request => page.requests.push(request))
  await prepare?.(page)
  await page.goto(server.base + path + hash)
  return page
}

/** Answers the page's request for the numbers in place of the server. */
function numbers(page, changes) {
  const none = { mean: null, p95: null }
  const json = {
    version: '1.0.0',
    startedAt: new Date().toISOString(),
    uptimeSeconds: 1,
    jobs: { total: 0, byState: {}, rendering: 0, cancelled: 0 },
    queue: { paused: false, queued: 0, delayed: 0, waiting: 0, oldestWaitSeconds: null, tags: [] },
    workers: { total: 0, idle: 0, busy: 0, silent: 0, paused: 0 },
    lastHour: { created: 0, finished: 0, failed: 0, requeued: 0, expired: 0, waitSeconds: none, renderSeconds: none },
    today: { finished: 0, failed: 0 },
    hours: Array.from({ length: 24 }, (_, index) => ({
      hour: new Date((Math.floor(Date.now() / 3600e3) - 23 + index) * 3600e3).toISOString(),
      ...{ finished: index, failed: index % 3, created: index + 1 },
    })),
    storage: { location: 'database.js', healthy: true, problem: null, journalBytes: 0 },
    role: 'full',
    ...changes,
  }
  return page.route('**/api/v1/stats', route => route.fulfill({ json }))
}

const isLive = page => page.waitForSelector('body[data-live=live]')

/** Waits until the page is live and has read what it shows. */
async function isSettled(page) {
  await isLive(page)
  await page.waitForFunction(() => ![...document.querySelectorAll('.loading')].some(element => element.checkVisibility()))
}

/** Waits until the page has sent no request for some time. */
async function isQuiet(page, milliseconds) {
  let [seen, since] = [-1, 0]
  await until(() => {
    if (page.requests.length !== seen) [seen, since] = [page.requests.length, Date.now()]
    return Date.now() - since > milliseconds
  }, 'a page that sends no requests')
}

const row = (page, uid) => page.locator('.sizer .row:visible', { has: page.locator(`a[title="${uid}"]`) })

/** Waits until a condition holds on this side. */
async function until(condition, what) {
  for (const end = Date.now() + deadline; Date.now() < end; ) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.fail(`never: ${what}`)
}

module.exports = { assert, executable, isLive, isQuiet, isSettled, job, launch, numbers, row, run, until }
