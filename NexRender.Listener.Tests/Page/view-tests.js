'use strict'
const { assert, isLive, isSettled, job, row, until } = require('./harness.js')

const views = ['#/overview', '#/jobs', '#/jobs?states=failed&when=today', '#/workers', '#/submit', '#/jobs/one', '#/jobs/nothing']

async function someFarm(server) {
  await server.add(
    job('zero'),
    job('one', { assets: [{ type: 'data', layerName: 'title', property: 'Source Text', value: 'Hello' }] }),
    job('two', { tags: '4k', priority: 5 }),
  )
  await server.begin('mac-01').then(({ report }) => report({ state: 'error', error: 'first line\nsecond line' }))
  await server.begin('mac-02').then(({ report }) => report({ state: 'render:dorender', renderProgress: 42 }))
}

/** Drags files with these texts over the submit view. The page must take each dragover and drop, or the browser would open the file. */
async function drag(page, kinds, texts) {
  const refused = await page.evaluate(
    ([kinds, texts]) => {
      const dataTransfer = new DataTransfer()
      texts.forEach((text, index) => dataTransfer.items.add(new File([text], `${index}.json`, { type: 'application/json' })))
      const target = document.querySelector('.submit-view textarea')
      const isTaken = kind => !target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
      return kinds.filter(kind => !isTaken(kind) && kind !== 'dragleave')
    },
    [kinds, texts],
  )
  assert.deepEqual(refused, [])
}

const isMarked = page => page.evaluate(() => document.querySelector('.submit-view').classList.contains('drop'))

module.exports = {
  someFarm,
  views,

  async 'every view shows what there is'({ server, open }) {
    await someFarm(server)
    const page = await open('#/overview')
    await page.waitForSelector('text=Last hour')
    await page.waitForSelector('.list >> text=first line')
    assert.match(await page.textContent('.farm-line'), /2 workers/)
    await page.click('nav >> text=Jobs')
    await row(page, 'two').waitFor()
    assert.match(await row(page, 'one').textContent(), /Rendering.*42 %.*mac-02/)
    assert.match(await row(page, 'zero').textContent(), /Failed.*mac-01.*first line/)
    await row(page, 'zero').locator('a').click()
    await page.waitForSelector('pre.error')
    assert.equal(await page.textContent('pre.error'), 'first line\nsecond line')
    await page.click('nav >> text=Workers')
    await page.waitForSelector('.workers .row >> text=mac-02')
    await page.click('nav >> text=Submit')
    await page.waitForSelector('textarea')
    assert.deepEqual(page.errors, [])
  },

  async 'a job shows its life, its parts and its JSON'({ server, open }) {
    await someFarm(server)
    const page = await open('#/jobs/one')
    await page.waitForSelector('.timeline li')
    assert.match(await page.textContent('.timeline'), /Submitted.*Started on mac-02/)
    assert.match(await page.textContent('.current'), /Rendering.*42 %.*left \(estimate\)/)
    assert.match(await page.textContent('.sections'), /1 asset.*title · Source Text.*Hello/s)
    await page.click('summary >> text=JSON')
    assert.equal(JSON.parse(await page.textContent('.json')).uid, 'one')
    await page.goto(page.url().replace('/one', '/nothing'))
    await page.waitForSelector('text=There is no such job')
    assert.deepEqual(page.errors, [])
  },

  async 'filters live in the address, and several states can be chosen'({ server, open }) {
    await someFarm(server)
    const page = await open('#/jobs?states=failed&when=today')
    await row(page, 'zero').waitFor()
    assert.equal(await page.textContent('.total'), '1 job fit')
    await page.click('.chip >> text=Queued')
    await row(page, 'two').waitFor()
    assert.match(page.url(), /states=queued,failed&when=today/)
    assert.equal(await page.getAttribute('.chip:has-text("Failed")', 'aria-pressed'), 'true')
    await until(async () => /Rendering 1/.test(await page.textContent('.chips')), 'the counts')
    await page.fill('input[type=search]', 'worker:mac-01')
    await page.press('input[type=search]', 'Enter')
    await until(async () => (await page.textContent('.total')) === '1 job fit', 'the filter by worker')
    assert.match(page.url(), /executor=mac-01/)
    await page.click('.token')
    await page.fill('input[type=search]', 'nothing at all')
    await page.waitForSelector('text=No job fits')
    await page.click('text=Show all jobs')
    await until(async () => (await page.textContent('.total')) === '3 jobs', 'all of them')
    await page.selectOption('select[aria-label=Sort]', 'priority')
    await until(async () => /two/.test(await page.textContent('.sizer .row[aria-rowindex="2"]')), 'the highest priority first')
    assert.deepEqual(page.errors, [])
  },

  async 'text from jobs never becomes markup'({ server, open }) {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    const deep = { toString: 'x', evil }
    await server.add(
      job('<b>uid', {
        template: { src: evil, composition: evil, outputModule: evil },
        output: evil,
        type: evil,
        tags: evil,
        priority: evil,
        batchId: evil,
        batchName: evil,
        assets: [
          { type: 'data', layerName: evil, property: evil, value: evil, composition: evil },
          { type: 'image', layerName: evil, src: 'javascript:window.hacked=1' },
        ],
        actions: { prerender: [{ module: evil, value: deep }], postrender: [] },
        [evil]: evil,
      }),
      job('odd', {
        template: { src: { a: evil }, composition: [evil] },
        output: 5,
        tags: '',
        priority: { b: 1 },
        assets: [],
        note: [[evil]],
      }),
    )
    const { report } = await server.begin(evil.replaceAll('"', ''))
    await report({ state: 'error', error: [evil, evil] })
    const page = await open('#/jobs')
    await row(page, '<b>uid').waitFor()
    for (const hash of [
      '#/overview',
      '#/jobs',
      '#/workers',
      '#/jobs/' + encodeURIComponent('<b>uid'),
      '#/jobs/odd',
      `#/jobs?q=${encodeURIComponent(evil)}&tags=${encodeURIComponent(evil)}`,
    ]) {
      await page.goto(server.base + hash)
      await isSettled(page)
      for (const summary of await page.locator('summary').all()) await summary.click()
      assert.equal(await page.evaluate(() => document.querySelectorAll('img, main script, main b b, iframe').length), 0, hash)
      assert.equal(
        await page.evaluate(
          () => [...document.querySelectorAll('a[href]')].filter(link => !link.getAttribute('href').startsWith('#')).length,
        ),
        0,
        hash,
      )
      assert.equal(await page.evaluate(() => window.hacked), undefined)
    }
    await page.goto(server.base + '#/submit')
    await page.fill('textarea', JSON.stringify(job('again', { template: { src: evil, composition: evil } })))
    await page.click('text=Show what would be stored')
    await page.waitForSelector('.json')
    assert.equal(await page.evaluate(() => document.querySelectorAll('img').length + (window.hacked ?? 0)), 0)
    assert.deepEqual(page.errors, [])
  },

  async 'jobs are submitted with the faulty line marked, several at once, and as a batch'({ server, open }) {
    const page = await open('#/submit')
    await isLive(page)
    await page.fill('textarea', '{\n  "template": {\n    "src": "a.aep",\n  }\n}')
    await page.waitForSelector('.numbers .bad')
    assert.equal(await page.textContent('.numbers .bad'), '4')
    await page.fill('textarea', '[\n  { "template": { "src": "a.aep", "composition": "main" } },\n  { "template": { "src": "a.aep" } }\n]')
    await page.click('text=Show what would be stored')
    await page.waitForSelector('.verdict.bad >> text=template.composition')
    assert.equal(await page.textContent('.numbers .bad'), '3')
    await page.fill(
      'textarea',
      '{\n  "uid": "digits",\n  "n": 12345678901234567890,\n  "template": { "src": "a.aep", "composition": "main" }\n}',
    )
    await page.click('text=Show what would be stored')
    await page.waitForSelector('.json')
    assert.equal((await server.request('GET', '/jobs')).length, 0)
    // JSON.parse would have rounded it.
    assert.ok(page.requests.some(request => request.postData()?.includes('12345678901234567890')))
    await page.click('.primary')
    await page.waitForSelector('.verdict >> text=1 job submitted')
    await page.fill('textarea', JSON.stringify([job('p1'), job('p2')]))
    await page.check('text=As a batch')
    await page.fill('input[aria-label="Name of the batch"]', 'news')
    await page.click('.primary')
    await page.click('text=Follow the batch')
    await row(page, 'p1').waitFor()
    await page.waitForSelector('.batch >> text=2 jobs')
    assert.match(await page.textContent('.batch'), /news.*2 jobs/)
    assert.deepEqual(page.errors, [])
  },

  async 'files that are dropped on the submit view become the text to send'({ server, open }) {
    const page = await open('#/submit')
    await isLive(page)
    const first = '{ "uid": "first", "n": 12345678901234567890, "template": { "src": "a.aep", "composition": "main" } }\n'
    await drag(page, ['dragover'], [first])
    assert.ok(await isMarked(page), 'the view is marked while a file is over it')
    await drag(page, ['dragleave'], [first])
    assert.ok(!(await isMarked(page)), 'and no longer when the file has left')
    assert.equal(await page.inputValue('textarea'), '')
    await drag(page, ['dragover', 'drop'], [first])
    await page.waitForSelector('.verdict >> text=1 job, not sent yet.')
    assert.ok(!(await isMarked(page)))
    assert.equal(await page.inputValue('textarea'), first)
    await drag(page, ['dragover', 'drop'], [first, JSON.stringify([job('second'), job('third')])])
    await page.waitForSelector('.verdict >> text=3 jobs, not sent yet.')
    await page.click('.primary')
    await page.waitForSelector('.verdict >> text=3 jobs submitted')
    assert.deepEqual((await server.request('GET', '/jobs')).map(({ uid }) => uid).sort(), ['first', 'second', 'third'])
    await drag(page, ['dragover', 'drop'], ['not JSON'])
    await page.waitForSelector('.verdict.bad')
    assert.deepEqual(page.errors, [])
  },
}
