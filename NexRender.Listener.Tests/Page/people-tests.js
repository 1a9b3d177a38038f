'use strict'
const { readFileSync } = require('node:fs')
const { assert, isLive, isSettled, job, row, until } = require('./harness.js')
const { someFarm, views } = require('./view-tests.js')

/** Runs axe, in a world of its own because the page's policy refuses foreign scripts. In the dark only the colours differ. */
async function findings(page, scheme) {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.enable')
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' })
  const evaluate = expression =>
    session.send('Runtime.evaluate', { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true })
  await evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') + '; 0')
  const options = { resultTypes: ['violations'], ...(scheme === 'dark' ? { runOnly: ['color-contrast'] } : {}) }
  const { result, exceptionDetails } = await evaluate(`
    axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) =>
      ({ id, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 200) + ' ' + failureSummary) }))))`)
  assert.ok(!exceptionDetails, JSON.stringify(exceptionDetails))
  return JSON.parse(result.value)
}

/** Holds the responses to the page's requests for jobs and workers until `release`. */
async function holdJobs(page) {
  let release
  const released = new Promise(resolve => (release = resolve))
  page.release = release
  await page.route(/\/api\/v1\/(jobs|workers)/, async route => {
    await released
    await route.continue()
  })
}

/** The animations that run, and the elements whose style has an animation or a transition of more than a millisecond. */
function motions(page) {
  return page.evaluate(() => {
    const seconds = list => list.split(',').map(time => parseFloat(time) * (time.trim().endsWith('ms') ? 0.001 : 1))
    const isLong = list => seconds(list).some(time => time > 0.001)
    const styles = [...document.querySelectorAll('*')].flatMap(element =>
      [undefined, '::before', '::after']
        .map(part => [part, getComputedStyle(element, part)])
        .filter(([, style]) => (style.animationName !== 'none' && isLong(style.animationDuration)) || isLong(style.transitionDuration))
        .map(([part, style]) => `${element.className}${part ?? ''}: ${style.animation}; ${style.transition}`),
    )
    const running = document.getAnimations().filter(animation => animation.effect.getComputedTiming().duration > 1)
    return [...styles, ...running.map(animation => `running: ${animation.animationName ?? animation.transitionProperty}`)]
  })
}

module.exports = {
  async 'axe finds nothing, in light and dark, wide and narrow'({ server, open }) {
    await someFarm(server)
    for (const [scheme, width, shown] of [
      ['light', 1280, views],
      ['dark', 1280, ['#/overview', '#/jobs', '#/jobs/one']],
      ['light', 360, ['#/jobs', '#/jobs/one']],
    ]) {
      const page = await open('#/overview', { scheme, width })
      for (const hash of shown) {
        await page.goto(server.base + hash)
        await isSettled(page)
        for (const summary of await page.locator('summary:visible').all()) await summary.click()
        assert.deepEqual(await findings(page, scheme), [], `${hash} ${scheme} ${width}`)
      }
      if (width < 1280) continue
      await page.goto(server.base + '#/jobs')
      await row(page, 'two').locator('input').click()
      await page.locator('.acts button', { hasText: 'Delete' }).click()
      await page.waitForSelector('dialog')
      assert.deepEqual(await findings(page, scheme), [], `question ${scheme}`)
    }
  },

  async 'everything can be done with the keyboard alone'({ server, open }) {
    await server.add(...Array.from({ length: 120 }, (_, index) => job(`j${String(index).padStart(3, '0')}`)))
    const page = await open('#/overview')
    await isLive(page)
    await page.keyboard.press('2')
    await row(page, 'j119').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('j11')
    await page.waitForSelector('.total >> text=10 jobs fit')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    assert.equal(await page.textContent('.acts .strong'), '2 jobs chosen')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+a')
    assert.equal(await page.textContent('.acts .strong'), 'All 10 jobs that fit')
    await page.keyboard.press('Escape')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1 >> text=j110')
    await until(() => page.evaluate(() => document.activeElement?.tagName === 'H1'), 'the focus on the heading')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog >> text=Cancel this job?')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.total >> text=10 jobs fit')
    await page.keyboard.press('?')
    await page.waitForSelector('dialog >> text=Keys')
    await page.keyboard.press('Escape')
    await page.keyboard.press('4')
    await page.waitForSelector('textarea')
    assert.deepEqual(page.errors, [])
  },

  async 'every view fits into 360 pixels, and the wall has no chrome'({ server, open }) {
    await someFarm(server)
    const page = await open('#/overview', { width: 360, height: 700 })
    for (const hash of views) {
      await page.goto(server.base + hash)
      await isSettled(page)
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('body, main, .view')]
          .filter(element => element.scrollWidth > element.clientWidth)
          .map(element => element.className),
      )
      assert.deepEqual(wide, [], hash)
    }
    const wall = await open('', { path: '?wall', width: 1920, height: 1080, reducedMotion: 'reduce' })
    await wall.waitForSelector('text=Last hour')
    assert.equal(await wall.locator('nav:visible, button:visible >> text=Pause').count(), 0)
    assert.deepEqual([...page.errors, ...wall.errors], [])
  },

  async 'nothing moves for those who prefer reduced motion'({ server, open }) {
    await someFarm(server)
    const free = await open('#/jobs', { reducedMotion: 'no-preference', prepare: holdJobs })
    await free.waitForSelector('.loading')
    assert.notDeepEqual(await motions(free), [], 'something moves for all others, so that this test can fail')
    for (const hash of ['#/jobs', '#/jobs/one', '#/workers']) {
      const page = await open(hash, { reducedMotion: 'reduce', prepare: holdJobs })
      await isLive(page)
      assert.deepEqual(await motions(page), [], `${hash}, while it loads`)
      await page.release()
      await isSettled(page)
      assert.deepEqual(await motions(page), [], hash)
      await page.route(/\/api\/v1\/events/, route => route.abort())
      await page.reload()
      await page.waitForSelector('.live.reconnecting')
      assert.deepEqual(await motions(page), [], `${hash}, without the server`)
      assert.deepEqual(page.errors, [])
    }
  },
}
