/** Submits jobs: paste or drop JSON, see what would be stored, send it. */

import { addressOf } from '../lib/address.js'
import { messageOf, send } from '../lib/api.js'
import { complain, tell } from '../lib/dialogs.js'
import { append, fill, h, icon, Scope } from '../lib/dom.js'
import { plural, text } from '../lib/format.js'
import { faultLine, JsonError, jsonView, readJson } from '../lib/json.js'
import { maySubmit, stats } from '../lib/stats.js'
import { Editor } from './editor.js'

const example = `{
  "template": {
    "src": "file:///projects/intro.aep",
    "composition": "main"
  },
  "tags": "4k",
  "priority": 0
}`
const largest = 5_000_000

/** The text of the editor, kept while another view is shown. */
let draft = ''

/** @returns {View} */
export function createSubmit() {
  const scope = new Scope()
  /** An attempt keeps its key until it has been answered, so that a repeated click submits nothing twice. */
  let submission = newKey()
  const editor = new Editor(draft, example, () => {
    draft = editor.text
    submission = newKey()
    check()
  })
  const asBatch = h('input', { type: 'checkbox', onchange: () => check() })
  const batchName = h('input', { type: 'text', placeholder: 'Name of the batch (optional)', 'aria-label': 'Name of the batch' })
  const batchLine = h(
    'div',
    { class: 'batch-choice', hidden: true },
    h('label', { class: 'inline' }, asBatch, 'As a batch, to follow them together'),
    batchName,
  )
  const preview = h('button', { type: 'button', onclick: () => run(true) }, 'Show what would be stored')
  const submit = h('button', { type: 'button', class: 'primary', onclick: () => run(false) }, 'Submit')
  const verdict = h('p', { class: 'verdict', role: 'status' })
  const result = h('div', { class: 'result' })
  const file = h('input', {
    type: 'file',
    accept: '.json,application/json',
    multiple: true,
    hidden: true,
    onchange: () => takeFiles(file.files),
  })
  const refusal = h('p', { class: 'banner', hidden: true }, 'The secret of this page may read only, so it cannot submit jobs.')
  const element = h(
    'section',
    {
      class: 'view submit-view',
      ondragover: (/** @type {DragEvent} */ event) => {
        event.preventDefault()
        element.classList.add('drop')
      },
      ondragleave: () => element.classList.remove('drop'),
      ondrop: (/** @type {DragEvent} */ event) => {
        event.preventDefault()
        element.classList.remove('drop')
        takeFiles(event.dataTransfer?.files ?? null)
      },
    },
    h(
      'div',
      { class: 'title' },
      h('h1', { tabIndex: -1 }, 'Submit'),
      h('p', { class: 'dim' }, 'Paste the JSON of a job, or of several in an array, or drop files here.'),
      h('span', { class: 'space' }),
      h('button', { type: 'button', onclick: () => file.click() }, 'Choose files…'),
      file,
    ),
    refusal,
    editor.element,
    verdict,
    batchLine,
    h('div', { class: 'buttons' }, preview, submit),
    result,
  )
  stats.changed.on(allow, scope)
  allow()
  check()
  return { element, title: 'Submit', refresh: () => {}, focusSearch: () => editor.focus(), dispose: () => scope.dispose() }

  function allow() {
    const forbidden = stats.latest !== null && !maySubmit()
    refusal.hidden = !forbidden
    submit.hidden = preview.hidden = forbidden
  }

  /** Reads the text as far as the page can judge it. */
  function check() {
    editor.mark(0)
    fill(result)
    const root = read()
    const jobs = root && jobsOf(root)
    batchLine.hidden = !jobs || root.kind !== 'array'
    batchName.hidden = !asBatch.checked
    submit.disabled = preview.disabled = !jobs
    if (jobs) say(`${plural(jobs.length, 'job')}, not sent yet.`, '')
  }

  function read() {
    if (!editor.text.trim()) {
      say('', '')
      return null
    }
    try {
      const root = readJson(editor.text)
      if (jobsOf(root)) return root
      say('A job is an object, and several are an array of objects.', 'bad')
      editor.mark(root.line)
    } catch (problem) {
      say(messageOf(problem), 'bad')
      if (problem instanceof JsonError) editor.mark(problem.line)
    }
    return null
  }

  /** @param {string} words @param {string} kind */
  function say(words, kind) {
    verdict.className = 'verdict ' + kind
    fill(verdict, kind && icon(kind === 'bad' ? 'failed' : 'finished'), words)
  }

  /** @param {boolean} dryRun */
  async function run(dryRun) {
    // A change that is reported later would clear the result.
    editor.settle()
    const root = read()
    if (!root) return
    const batch = root.kind === 'object' && root.members.get('jobs')?.kind === 'array'
    const together = batch || (root.kind === 'array' && asBatch.checked)
    // The text itself is sent, so that numbers keep all of their digits.
    const body =
      together && !batch ? `{"name":${JSON.stringify(batchName.value.trim() || undefined) ?? 'null'},"jobs":${editor.text}}` : editor.text
    const query = new URLSearchParams(dryRun ? { dryRun: 'true' } : {})
    submit.disabled = preview.disabled = true
    try {
      const response = await send('POST', together ? '/batches' : '/jobs', {
        query,
        body,
        headers: dryRun ? {} : { 'idempotency-key': submission },
      })
      const answer = await response.text()
      if (dryRun) showPreview(answer, together)
      else showStored(JSON.parse(answer))
    } catch (problem) {
      const line = faultLine(messageOf(problem), root)
      editor.mark(line)
      say(`Line ${line}: ${messageOf(problem)}`, 'bad')
    } finally {
      submit.disabled = preview.disabled = jobsOf(root) === null
    }
  }

  /** @param {string} answer @param {boolean} together */
  function showPreview(answer, together) {
    const faults = together ? faultsOf(JSON.parse(answer)) : []
    say(
      faults.length > 0 ? `${plural(faults.length, 'job')} would be refused.` : 'The server would store this:',
      faults.length > 0 ? 'bad' : 'good',
    )
    fill(result, faultList(faults), h('section', { class: 'section' }, h('h2', {}, 'What would be stored'), jsonView(answer)))
  }

  /** @param {any} answer */
  function showStored(answer) {
    submission = newKey()
    const faults = faultsOf(answer)
    const uids = (Array.isArray(answer) ? answer : Array.isArray(answer.jobs) ? answer.jobs : [answer]).map((/** @type {any} */ job) =>
      text(job.uid),
    )
    const batch = text(answer.batchId)
    say(`${plural(uids.length, 'job')} submitted.`, faults.length > 0 ? 'bad' : 'good')
    tell(`${plural(uids.length, 'job')} submitted.`)
    fill(
      result,
      faultList(faults),
      batch && h('p', {}, h('a', { class: 'button', href: addressOf('jobs', null, { batch }) }, 'Follow the batch')),
      h(
        'ul',
        { class: 'plain' },
        ...uids.slice(0, 50).map((/** @type {string} */ uid) => h('li', {}, h('a', { href: addressOf('jobs', uid) }, uid))),
      ),
    )
    if (uids.length > 50) append(result, [h('p', { class: 'dim' }, `and ${uids.length - 50} others`)])
  }

  /** @param {{ index: number, error: string }[]} faults */
  function faultList(faults) {
    if (faults.length === 0) return null
    const root = readJson(editor.text)
    const lines = faults.map(fault => faultLine(`${fault.index}: ${fault.error}`, root))
    editor.mark(...lines)
    return h(
      'ul',
      { class: 'plain bad' },
      ...faults
        .slice(0, 50)
        .map((fault, index) =>
          h(
            'li',
            {},
            h('button', { type: 'button', class: 'quiet', onclick: () => editor.goTo(lines[index]) }, `Line ${lines[index]}`),
            ` ${text(fault.error)}`,
          ),
        ),
    )
  }

  /** @param {FileList | null} files */
  async function takeFiles(files) {
    const chosen = [...(files ?? [])]
    if (chosen.length === 0) return
    if (chosen.reduce((sum, one) => sum + one.size, 0) > largest) {
      complain('These files are larger than 5 MB. Send them with curl: POST /api/v1/jobs takes an array of up to 10,000 jobs.')
      return
    }
    const texts = await Promise.all(chosen.map(one => one.text()))
    // An array in a file is several jobs, so its brackets go when files are put together.
    const parts = texts.map(source => source.trim().replace(/^\[([\s\S]*)\]$/, '$1'))
    editor.text = texts.length === 1 ? texts[0] : `[\n${parts.join(',\n')}\n]`
    editor.focus()
  }
}

/** The jobs of what was read; null if it cannot be any. @param {import('../lib/json.js').Node} root */
function jobsOf(root) {
  const list = root.kind === 'array' ? root : root.members.get('jobs')
  if (root.kind === 'object' && list?.kind !== 'array') return [root]
  return list && list.items.length > 0 ? list.items : null
}

/** @param {any} answer @returns {{ index: number, error: string }[]} */
function faultsOf(answer) {
  return Array.isArray(answer?.errors) ? answer.errors : []
}

/** A key that makes a repeated submission return its first answer. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
