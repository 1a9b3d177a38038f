'use strict'
const { assert, isLive, isQuiet, isSettled, job, numbers, row, until } = require('./harness.js')

module.exports = {
  async 'changes appear by themselves, without polling'({ server, open }) {
    await server.add(job('one'))
    const page = await open('#/jobs')
    await row(page, 'one').waitFor()
    await isLive(page)
    await isQuiet(page, 3000)
    const { report } = await server.begin('mac-01')
    await report({ state: 'render:dorender', renderProgress: 37 })
    await row(page, 'one').locator('text=37 %').waitFor()
    await report({ state: 'finished', renderProgress: 100 })
    await row(page, 'one').locator('text=Finished').waitFor()
    await server.add(job('two'))
    await row(page, 'two').waitFor()
    await server.request('DELETE', '/jobs/one')
    await until(async () => (await row(page, 'one').count()) === 0, 'a removed job leaves the table')
    assert.equal(await page.textContent('.total'), '1 job')
    assert.deepEqual(page.errors, [])
  },

  async 'the page finds the server again after a restart'({ server, open }) {
    await server.add(job('one'))
    const page = await open('#/jobs')
    await isLive(page)
    await page.evaluate(() => {
      window.seen = []
      new MutationObserver(() => window.seen.push(document.body.dataset.live)).observe(document.body, { attributeFilter: ['data-live'] })
    })
    server.restart()
    await page.waitForFunction(() => window.seen.join() === 'reconnecting,live')
    await server.add(job('two'))
    await row(page, 'two').waitFor()
    assert.deepEqual(page.errors, [])
  },

  async 'the page says when the server has another version, and when its disk fails'({ server, open }) {
    // The disk of the real server is well, and its version does not change. Each of these streams ends at once.
    let version = '1.0.0'
    const page = await open('#/overview', {
      async prepare(page) {
        await numbers(page, { storage: { healthy: false, problem: 'no space left on the device' } })
        await page.route('**/api/v1/events*', route =>
          route.fulfill({ contentType: 'text/event-stream', body: `event: hello\ndata: {"version":"${version}","id":"a-0"}\n\n` }),
        )
      },
    })
    await page.waitForSelector('.banner.bad >> text=The server cannot store changes: no space left on the device.')
    await page.waitForSelector('svg[aria-label*="finished"]')
    assert.equal(await page.locator('.banner:visible >> text=now runs').count(), 0)
    await page.waitForSelector('body[data-live=reconnecting]')
    version = '99.0.0'
    await page.waitForSelector('.banner >> text=The server now runs version 99.0.0; this page is of 1.0.0.')
    // The real server answers only the new page: it would tell the old one that its version is back.
    const unrouted = new Promise(resolve =>
      page.once('framenavigated', () => resolve(page.unrouteAll({ behavior: 'ignoreErrors' }))),
    )
    await page.click('text=Load the new page')
    await unrouted
    await isLive(page)
    assert.equal(await page.locator('.banner:visible').count(), 0)
  },

  async '100,000 jobs: a window of rows, and no long task while scrolling'({ server, open }) {
    for (let part = 0; part < 10; part++) {
      await server.add(...Array.from({ length: 10000 }, (_, index) => job(`j${String(part * 10000 + index).padStart(6, '0')}`)))
    }
    const page = await open('#/overview')
    await isSettled(page)
    const began = Date.now()
    await page.click('nav >> text=Jobs')
    await row(page, 'j099999').waitFor()
    const firstRows = Date.now() - began
    await page.evaluate(() => {
      window.longest = 0
      new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration)
      }).observe({ entryTypes: ['longtask'] })
    })
    await page.hover('.sizer')
    for (let turn = 0; turn < 40; turn++) {
      await page.mouse.wheel(0, turn < 25 ? 900 : 60000)
      await page.waitForTimeout(30)
    }
    await page.evaluate(() => {
      document.querySelector('.grid').scrollTop = 1e9
    })
    await row(page, 'j000000').waitFor()
    const rows = await page.locator('.sizer .row').count()
    assert.ok(rows < 80, `${rows} rows in the document`)
    const session = await page.context().newCDPSession(page)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    assert.ok(usedSize < 100e6, `${usedSize} bytes of heap`)
    const longest = Math.round(await page.evaluate(() => window.longest))
    console.log(`first rows after ${firstRows} ms, longest task ${longest} ms, heap ${Math.round(usedSize / 1e5) / 10} MB`)
    assert.deepEqual(page.errors, [])
  },
}
