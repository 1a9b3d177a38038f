/** JSON as text: where its values stand, and how it reads well. Numbers keep their digits because they are never parsed. */

import { append, h } from './dom.js'

/**
 * @typedef {object} Node
 * @property {'object' | 'array' | 'other'} kind
 * @property {number} from
 * @property {number} to
 * @property {number} line
 * @property {string} text of a value that is neither object nor array
 * @property {Map<string, Node>} members
 * @property {Node[]} items
 */

/** JSON that cannot be read, and where. */
export class JsonError extends Error {
  /** @param {string} message @param {number} line */
  constructor(message, line) {
    super(message)
    this.line = line
  }
}

const token =
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** Reads where the values of a text stand. @param {string} source @returns {Node} */
export function readJson(source) {
  let position = 0
  let line = 1
  const root = value('')
  skip()
  if (position < source.length) fail('Something follows the end of the JSON')
  return root

  function skip() {
    for (; position < source.length; position++) {
      const character = source[position]
      if (character === '\n') line++
      else if (character !== ' ' && character !== '\t' && character !== '\r') return
    }
  }

  /** @param {string} message @returns {never} */
  function fail(message) {
    throw new JsonError(`${message}, line ${line}`, line)
  }

  /** @param {string} expected */
  function next(expected) {
    skip()
    if (position >= source.length) fail(`The JSON ends too early; expected ${expected}`)
    token.lastIndex = position
    const found = token.exec(source)?.[0]
    if (found === undefined) {
      fail(source[position] === '"' ? 'A text has no end, or a character that must be escaped' : `Expected ${expected}`)
    }
    position += found.length
    return found
  }

  /** @param {string} first the token that has been read already @returns {Node} */
  function value(first) {
    const found = first || next('a value')
    /** @type {Node} */
    const node = { kind: 'other', from: position - found.length, to: position, line, text: found, members: new Map(), items: [] }
    if (found === '{') object(node)
    else if (found === '[') array(node)
    else if (found.length === 1 && '}],:'.includes(found)) fail(`Expected a value instead of ${found}`)
    node.to = position
    return node
  }

  /** @param {Node} node */
  function object(node) {
    node.kind = 'object'
    let found = next('a name or }')
    while (found !== '}') {
      if (found[0] !== '"') fail('Expected a name in quotes')
      const name = JSON.parse(found)
      const at = line
      if (next('a colon') !== ':') fail('Expected a colon after the name')
      const member = value('')
      // The line of a member is that of its name.
      member.line = at
      node.members.set(name, member)
      found = next('a comma or }')
      if (found === ',') found = afterComma('a name', '}')
      else if (found !== '}') fail('Expected a comma or }')
    }
  }

  /** @param {Node} node */
  function array(node) {
    node.kind = 'array'
    let found = next('a value or ]')
    while (found !== ']') {
      node.items.push(value(found))
      found = next('a comma or ]')
      if (found === ',') found = afterComma('a value', ']')
      else if (found !== ']') fail('Expected a comma or ]')
    }
  }

  /** @param {string} expected @param {string} end */
  function afterComma(expected, end) {
    const found = next(expected)
    if (found === end) fail(`Expected ${expected} after the comma`)
    return found
  }
}

/** Puts each value on its line. @param {string} source valid JSON */
export function indentJson(source) {
  const out = []
  let depth = 0
  let before = ''
  for (const [found] of source.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const opens = before === '{' || before === '['
    if (found === '}' || found === ']') {
      depth--
      if (!opens) out.push(newLine(depth))
    } else if (opens || before === ',') {
      out.push(newLine(depth))
    }
    out.push(found === ':' ? ': ' : found)
    if (found === '{' || found === '[') depth++
    before = found
  }
  return out.join('')
}

/** @param {number} depth */
function newLine(depth) {
  return '\n' + '  '.repeat(depth)
}

const highlighted = 100_000

/** Shows JSON with its names, texts and numbers told apart. @param {string} source */
export function jsonView(source) {
  const pretty = indentJson(source)
  const view = h('pre', { class: 'json', tabIndex: 0, role: 'region', 'aria-label': 'JSON' })
  if (pretty.length > highlighted) {
    view.textContent = pretty
    return view
  }
  let end = 0
  for (const match of pretty.matchAll(/("(?:[^"\\]|\\.)*")(:)?|-?\d[\d.eE+-]*|true|false|null/g)) {
    const kind = match[2] ? 'name' : match[1] ? 'text' : 'value'
    append(view, [pretty.slice(end, match.index), h('span', { class: kind }, match[1] ?? match[0])])
    end = match.index + (match[1] ?? match[0]).length
  }
  append(view, [pretty.slice(end)])
  return view
}

/**
 * The line that a refusal of the server is about, as far as its words tell.
 * @param {string} message @param {Node} root
 */
export function faultLine(message, root) {
  const said = /line (\d+)/.exec(message)
  if (said) return Number(said[1])
  const jobs = root.kind === 'array' ? root : root.members.get('jobs')
  const index = /(?:^|[^\w\]])(?:jobs?\s*)?[[#]?(\d+)\]?:/.exec(message)
  const job = jobs?.kind === 'array' ? (jobs.items[index ? Number(index[1]) : 0] ?? jobs) : root
  return (assetOf(message, job) ?? actionOf(message, job) ?? memberOf(message, job) ?? job).line
}

/** @param {string} message @param {Node} job */
function assetOf(message, job) {
  if (!message.includes('asset')) return undefined
  const assets = job.members.get('assets')
  const type = /asset\[(\w+)/.exec(message)?.[1] ?? /asset type: (.*)$/.exec(message)?.[1]
  const wanted = /have (?:either )?(\w+)/.exec(message)?.[1] ?? ''
  const fits = (/** @type {Node} */ asset) => {
    const its = asset.members.get('type')?.text
    // The message for images names the types that it is about together.
    if (type) return its === JSON.stringify(type) && (!wanted || !asset.members.has(wanted))
    return message.includes('empty') ? asset.kind !== 'object' : its === undefined
  }
  return assets?.items.find(fits) ?? assets
}

/** @param {string} message @param {Node} job */
function actionOf(message, job) {
  if (!message.includes('action')) return undefined
  const actions = job.members.get('actions')
  const all = [...(actions?.members.get('prerender')?.items ?? []), ...(actions?.members.get('postrender')?.items ?? [])]
  return all.find(action => !action.members.has('module')) ?? actions
}

/** The member whose name stands in the message. @param {string} message @param {Node} job */
function memberOf(message, job) {
  const template = job.members.get('template')
  const inside = /template\.(\w+)/.exec(message)
  if (inside) return template?.members.get(inside[1]) ?? template
  const words = message.split(/[^\w]+/)
  for (const [name, member] of job.members) {
    if (words.includes(name)) return member
  }
  return undefined
}
