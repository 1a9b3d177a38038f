'use strict'
const { assert, isLive, job, row, until } = require('./harness.js')

const secrets = { 'grün s3cret': 'full', reader: 'read' }

module.exports = {
  async 'changes appear by themselves, without polling'({ server, open }) {
    await server.add(job('one'))
    const page = await open('#/jobs')
    await row(page, 'one').waitFor()
    await isLive(page)
    await page.waitForTimeout(1500)
    const before = page.requests.length
    await page.waitForTimeout(3000)
    assert.equal(
      page.requests.length,
      before,
      page.requests
        .slice(before)
        .map(request => request.url())
        .join('\n'),
    )
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
    await server.restart()
    await server.add(job('two'))
    await row(page, 'two').waitFor()
    await isLive(page)
    assert.deepEqual(await page.evaluate(() => window.seen), ['reconnecting', 'live'])
    assert.deepEqual(page.errors, [])
  },

  'the page asks for the secret, and sends it as a header only': {
    options: { secrets },
    async test({ server, open }) {
      await server.add(job('one'))
      const page = await open('#/jobs', { secret: '' })
      await page.waitForSelector('dialog >> text=This server needs its secret')
      await page.fill('dialog input[type=password]', 'wrong')
      await page.click('dialog .primary')
      await page.waitForSelector('dialog >> text=The server refused this secret')
      await page.click('dialog >> text=Not now')
      await page.waitForSelector('body[data-live=unauthorised]')
      await page.click('.live >> text=not authorised')
      await page.fill('dialog input[type=password]', server.secret)
      await page.press('dialog input[type=password]', 'Enter')
      await row(page, 'one').waitFor()
      await isLive(page)
      assert.ok(page.requests.every(request => !decodeURIComponent(request.url()).includes('s3cret')))
      assert.deepEqual(await page.evaluate(() => [sessionStorage.length, localStorage.length]), [1, 0])
      await page.click('text=Forget secret')
      await page.waitForSelector('dialog')
      await page.fill('dialog input[type=password]', server.secret)
      await page.check('dialog input[type=checkbox]')
      await page.click('dialog .primary')
      await row(page, 'one').waitFor()
      assert.equal(await page.evaluate(() => localStorage.length), 1)
      assert.deepEqual(page.errors, [])
    },
  },

  'a secret that may only read shows no button that would be refused': {
    options: { secrets },
    async test({ server, open }) {
      await server.add(job('one'))
      await server.begin('mac-01')
      const page = await open('#/jobs/one', { secret: 'reader' })
      await page.waitForSelector('.timeline li')
      await isLive(page)
      assert.equal(await page.locator('.name .buttons button').count(), 0)
      await page.click('nav >> text=Jobs')
      await row(page, 'one').locator('input').click()
      assert.deepEqual(await page.locator('.acts button').allTextContents(), ['Choose none'])
      await page.click('nav >> text=Workers')
      await page.waitForSelector('.workers .row >> text=mac-01')
      assert.equal(await page.locator('.workers .act button').count(), 0)
      await page.click('nav >> text=Submit')
      await page.waitForSelector('text=may read only')
      assert.equal(await page.locator('button:visible >> text=Show what would be stored').count(), 0)
      await page.click('nav >> text=Overview')
      await page.waitForSelector('text=Last hour')
      assert.equal(await page.locator('text=Pause the queue').count(), 0)
      assert.deepEqual(page.errors, [])
    },
  },

  'the page says when the server has another version, and when its disk fails': {
    options: { mockOnly: true },
    async test({ server, open }) {
      const page = await open('#/overview')
      await isLive(page)
      server.mock.farm.problem = 'no space left on the device'
      await server.restart({ version: '1.1.0' })
      await page.waitForSelector('.banner >> text=The server now runs version 1.1.0; this page is of 1.0.0.')
      await page.waitForSelector('.banner.bad >> text=The server cannot store changes: no space left on the device.')
      await page.click('text=Load the new page')
      await isLive(page)
      assert.equal(await page.locator('.banner >> text=now runs').count(), 0)
    },
  },

  async '100,000 jobs: a window of rows, and no long task while scrolling'({ server, open }) {
    for (let part = 0; part < 10; part++) {
      await server.add(...Array.from({ length: 10000 }, (_, index) => job(`j${String(part * 10000 + index).padStart(6, '0')}`)))
    }
    const page = (await open('about:blank', { path: '#/overview' }).catch(() => null)) ?? (await open('#/overview'))
    await isLive(page)
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
    for (let turn = 0; turn < 60; turn++) {
      await page.mouse.wheel(0, turn < 40 ? 900 : 60000)
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
