/** Questions, messages, and the states that a view has beside showing something. */

import { h, icon } from './dom.js'

/** @param {HTMLDialogElement} dialog @returns {Promise<string>} the value of the button, or nothing */
function shown(dialog) {
  const before = document.activeElement
  document.body.append(dialog)
  dialog.showModal()
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
      resolve(dialog.returnValue)
    })
  })
}

let labels = 0

/** @param {string} title @param {Record<string, any>} props @param {...import('./dom.js').Child} content */
function createDialog(title, props, ...content) {
  const id = 'dialog-' + labels++
  return h('dialog', { 'aria-labelledby': id, ...props }, h('form', { method: 'dialog' }, h('h2', { id }, title), ...content))
}

/**
 * Asks before something is done. The answer has the text that was entered; null means no.
 * @param {object} question
 * @param {string} question.title
 * @param {string[]} question.lines what it will do
 * @param {string} question.verb
 * @param {boolean} [question.danger]
 * @param {string} [question.field] the label of a text that may be given
 * @returns {Promise<string | null>}
 */
export async function confirm({ title, lines, verb, danger, field }) {
  const input = h('input', { type: 'text', autocomplete: 'off' })
  const dialog = createDialog(
    title,
    { class: 'question' },
    ...lines.map(line => h('p', {}, line)),
    field && h('label', {}, field, input),
    h(
      'div',
      { class: 'buttons' },
      h('button', { value: '', type: 'submit', formnovalidate: true }, 'Keep as it is'),
      h('button', { value: 'yes', type: 'submit', class: danger ? 'primary danger' : 'primary', autofocus: true }, verb),
    ),
  )
  // Enter in the text is the answer yes; the first button of a form would be the other one.
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    dialog.close('yes')
  })
  return (await shown(dialog)) === 'yes' ? input.value.trim() : null
}

/** @param {boolean} wrong a secret was given and refused @returns {Promise<{ secret: string, remember: boolean } | null>} */
export async function askSecret(wrong) {
  const input = h('input', { type: 'password', autocomplete: 'current-password', required: true, autofocus: true, name: 'secret' })
  const remember = h('input', { type: 'checkbox', name: 'remember' })
  const dialog = createDialog(
    'This server needs its secret',
    { class: 'secret' },
    wrong
      ? h('p', { class: 'bad', role: 'alert' }, icon('failed'), 'The server refused this secret.')
      : h('p', {}, 'It is the one that was given to the server with --secret, --read-secret or --submit-secret.'),
    h('label', {}, 'Secret', input),
    h('label', { class: 'inline' }, remember, 'Keep it in this browser, not only in this tab'),
    h(
      'div',
      { class: 'buttons' },
      h('button', { value: '', type: 'submit', formnovalidate: true }, 'Not now'),
      h('button', { value: 'yes', type: 'submit', class: 'primary' }, 'Continue'),
    ),
  )
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (input.value) dialog.close('yes')
  })
  return (await shown(dialog)) === 'yes' ? { secret: input.value.trim(), remember: remember.checked } : null
}

/** @param {[string, string][]} keys each with what it does */
export async function showKeys(keys) {
  const dialog = createDialog(
    'Keys',
    { class: 'keys' },
    h(
      'dl',
      {},
      ...keys.flatMap(([key, meaning]) => [h('dt', {}, ...key.split(' ').map(part => h('kbd', {}, part))), h('dd', {}, meaning)]),
    ),
    h('div', { class: 'buttons' }, h('button', { value: '', type: 'submit', autofocus: true }, 'Close')),
  )
  await shown(dialog)
}

const messages = h('div', { id: 'messages' })
const polite = h('p', { class: 'hidden', role: 'status' })
const urgent = h('p', { class: 'hidden', role: 'alert' })

/** Makes the place for messages. Live regions must be in the document before their text changes. */
export function installMessages() {
  document.body.append(messages, polite, urgent)
}

/** Makes a screen reader say a text. @param {string} text */
export function announce(text) {
  polite.textContent = text
}

/** Shows what has been done, for a few seconds. @param {string} text */
export function tell(text) {
  announce(text)
  show(text, false)
}

/** Shows what has gone wrong, until it is closed. @param {string} text */
export function complain(text) {
  urgent.textContent = text
  show(text, true)
}

/** @param {string} text @param {boolean} bad */
function show(text, bad) {
  const close = () => message.remove()
  const message = h(
    'div',
    { class: bad ? 'message bad' : 'message' },
    icon(bad ? 'failed' : 'finished'),
    h('span', {}, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close the message', onclick: close }, '×'),
  )
  messages.append(message)
  while (messages.childElementCount > 3) messages.firstElementChild?.remove()
  if (!bad) setTimeout(close, 6000)
}

/**
 * A view's empty, loading or failed state.
 * @param {string} title @param {string} [detail] @param {HTMLElement | null} [action]
 */
export function emptyState(title, detail, action) {
  return h('div', { class: 'empty' }, h('p', { class: 'title' }, title), detail && h('p', {}, detail), action)
}

/** @param {string} message @param {() => void} retry */
export function errorState(message, retry) {
  return emptyState('This could not be read', message, h('button', { type: 'button', onclick: retry }, 'Try again'))
}

/** Shimmering lines in place of what is still to come. @param {number} lines */
export function loadingState(lines) {
  return h('div', { class: 'loading', role: 'status', 'aria-label': 'Loading' }, ...Array.from({ length: lines }, () => h('i', {})))
}

/** Copies a text, also over plain HTTP, where the clipboard's own interface is missing. @param {string} text @param {string} what */
export async function copy(text, what) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text)
    else copyBySelection(text)
    tell(`${what} copied.`)
  } catch {
    complain(`The browser did not allow to copy. Select the text and copy it yourself.`)
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const area = h('textarea', { class: 'hidden', value: text })
  const before = document.activeElement
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  if (!done) throw new Error('refused')
}
