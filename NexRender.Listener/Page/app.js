/** The frame: header, navigation, keys, and the view that the address names. */

import { addressOf, currentAddress, rememberList } from './lib/address.js'
import { forgetSecret, hasSecret, onSecretNeeded } from './lib/api.js'
import { announce, askSecret, installMessages, showKeys } from './lib/dialogs.js'
import { fill, h, icon, write } from './lib/dom.js'
import { tickAll } from './lib/format.js'
import { connect, enterSecret, live } from './lib/live.js'
import { stateIcon } from './lib/states.js'
import { followStats, refreshStats, stats } from './lib/stats.js'
import { today, trouble } from './views/farm.js'
import { createJob } from './views/job.js'
import { createJobs } from './views/jobs.js'
import { createOverview } from './views/overview.js'
import { createSubmit } from './views/submit.js'
import { createWorkers } from './views/workers.js'

const wall = new URLSearchParams(location.search).has('wall')

/** @type {[string, string][]} */
const keys = [
  ['1 2 3 4', 'Overview, Jobs, Workers, Submit'],
  ['/', 'Search'],
  ['↑ ↓', 'Move in the table; with Shift: choose'],
  ['Space', 'Choose the job'],
  ['Ctrl+A', 'Choose all that fit'],
  ['Enter', 'Open the job'],
  ['Esc', 'Choose none; back to the list'],
  ['?', 'These keys'],
]

/** @type {Record<string, string>} */
const names = { overview: 'Overview', jobs: 'Jobs', workers: 'Workers', submit: 'Submit' }

/** @type {Record<string, { word: string, hint: string, icon: string }>} */
const liveWords = {
  connecting: { word: 'connecting', hint: 'The page is connecting to the server', icon: 'waiting' },
  live: { word: 'live', hint: 'Changes appear by themselves', icon: 'live' },
  reconnecting: {
    word: 'reconnecting',
    hint: 'The server cannot be reached: what you see may be old. The page tries again by itself',
    icon: 'silent',
  },
  unauthorised: { word: 'not authorised', hint: 'The server wants its secret. Click to enter it', icon: 'failed' },
}

const main = h('main', { id: 'main' })
const banners = h('div', { class: 'banners' })
const troubleBanner = h('p', { class: 'banner bad', role: 'alert', hidden: true })
const versionBanner = h('p', { class: 'banner', role: 'status', hidden: true })
const liveButton = h('button', { type: 'button', class: 'live', onclick: liveClicked })
const leave = h(
  'button',
  { type: 'button', class: 'quiet', hidden: true, onclick: signOut, title: 'Forget the secret in this tab and this browser' },
  'Forget secret',
)
const links = Object.entries(names).map(([view, label]) =>
  h('a', { href: addressOf(view), 'data-view': view }, icon(view), h('span', {}, label)),
)

/** @type {View | null} */
let view = null
let shown = ''
let version = ''

function start() {
  document.documentElement.classList.toggle('wall', wall)
  banners.append(troubleBanner, versionBanner)
  const header = h(
    'header',
    {},
    h('a', { class: 'brand', href: addressOf('overview'), 'aria-label': 'nexrender: overview' }, icon('brand'), h('span', {}, 'nexrender')),
    h('nav', { 'aria-label': 'Views' }, ...links),
    h('span', { class: 'space' }),
    leave,
    h('button', { type: 'button', class: 'quiet keys-button', 'aria-label': 'Show the keys', onclick: () => showKeys(keys) }, '?'),
    liveButton,
  )
  document.body.append(h('a', { class: 'skip', href: '#main', onclick: skip }, 'Skip to the content'), header, banners, main)
  installMessages()
  onSecretNeeded(askSecret)
  live.changed.on(drawLive)
  live.version.on(checkVersion)
  live.refresh.on(() => {
    leave.hidden = !hasSecret()
  })
  stats.changed.on(latest => {
    const words = trouble(latest)
    troubleBanner.hidden = !words
    if (troubleBanner.textContent !== words) fill(troubleBanner, icon('failed'), words)
    write(document.documentElement.querySelector('title') ?? document, titleOf())
    leave.hidden = !hasSecret()
  })
  addEventListener('hashchange', () => show(true))
  addEventListener('keydown', key)
  setInterval(tickAll, 1000)
  drawLive(live.state)
  followStats()
  show(false)
  refreshStats()
  connect()
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault()
  main.querySelector('h1')?.focus()
}

/** Shows the view of the address. @param {boolean} moved the viewer has gone there */
function show(moved) {
  const address = currentAddress()
  const name = wall || !Object.hasOwn(names, address.view) ? 'overview' : address.view
  if (name === 'jobs' && !address.id) rememberList(location.hash || addressOf('jobs'))
  const next = `${name}/${address.id}`
  for (const link of links) {
    const current = link.dataset.view === name
    if (current) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (next === shown && view) {
    view.update?.(address)
    return
  }
  shown = next
  view?.dispose()
  view = create(name, address)
  fill(main, view.element)
  document.title = titleOf()
  if (!moved) return
  announce(view.title)
  const target = /** @type {HTMLElement | null} */ (main.querySelector('.grid:not([hidden])') ?? main.querySelector('h1'))
  target?.focus({ preventScroll: true })
}

/** @param {string} name @param {Address} address @returns {View} */
function create(name, address) {
  if (name === 'jobs') return address.id ? createJob(address) : createJobs(address)
  if (name === 'workers') return createWorkers(address)
  return name === 'submit' ? createSubmit() : createOverview()
}

function titleOf() {
  const failed = stats.latest ? today(stats.latest).failed : 0
  return `${failed > 0 ? `(${failed} failed) ` : ''}${view?.title ?? ''} · nexrender`
}

/** @param {import('./lib/live.js').LiveState} state */
function drawLive(state) {
  const { word, hint, icon: name } = liveWords[state]
  liveButton.className = 'live ' + state
  liveButton.title = hint
  fill(liveButton, stateIcon(name), h('span', {}, word))
  document.body.dataset.live = state
  // The first connection is expected, and needs no announcement.
  if (state !== 'connecting') announce(`The page is ${word}`)
}

function liveClicked() {
  if (live.state === 'unauthorised') enterSecret()
  else connect()
}

function signOut() {
  forgetSecret()
  location.reload()
}

/** @param {string} latest */
function checkVersion(latest) {
  version ||= latest
  versionBanner.hidden = latest === version
  if (latest === version) return
  fill(
    versionBanner,
    `The server now runs version ${latest}; this page is of ${version}. `,
    h('button', { type: 'button', onclick: () => location.reload() }, 'Load the new page'),
  )
}

/** @param {KeyboardEvent} event */
function key(event) {
  const target = /** @type {Element} */ (event.target)
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || wall) return
  if (target.closest('input, textarea, select, dialog')) return
  const number = Number(event.key)
  if (event.key === '?') showKeys(keys)
  else if (event.key === '/' && view?.focusSearch) view.focusSearch()
  else if (number >= 1 && number <= links.length) location.hash = links[number - 1].hash
  else if (event.key === 'Escape' && currentAddress().id) main.querySelector('a.back')?.dispatchEvent(new MouseEvent('click'))
  else if (event.key === 'ArrowDown' && target === document.body) main.querySelector('.grid')?.dispatchEvent(new CustomEvent('wanted'))
  else return
  event.preventDefault()
}

start()
