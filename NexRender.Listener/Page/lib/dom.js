/** Builds elements. Text is only ever set as text, so nothing that comes from a job can become markup. */

const svgNamespace = 'http://www.w3.org/2000/svg'
const properties = new Set(['value', 'checked', 'disabled', 'hidden', 'tabIndex', 'textContent', 'indeterminate', 'open'])

/** @typedef {Node | string | number | false | null | undefined} Child */

/**
 * Creates an HTML element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props] `class`, `on…` listeners, some properties, otherwise attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag)
  set(element, props)
  append(element, children)
  return element
}

/**
 * Creates an SVG element.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 */
export function s(tag, props, ...children) {
  const element = document.createElementNS(svgNamespace, tag)
  set(element, props)
  append(element, children)
  return element
}

/** @param {Element} element @param {Record<string, any>} [props] */
export function set(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (properties.has(name)) /** @type {any} */ (element)[name] = value
    else if (value === null || value === undefined || value === false) element.removeAttribute(name)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

/** @param {Element} element @param {Child[]} children */
export function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    element.append(child instanceof Node ? child : String(child))
  }
}

/** Replaces what an element contains. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren()
  append(element, children)
}

/** Sets the text of a node, if it differs: an equal text would still cost a layout. @param {Node} node @param {string} value */
export function write(node, value) {
  if (node.textContent !== value) node.textContent = value
}

/** An icon of index.html; it says nothing to a screen reader, so text or a label stands beside it. @param {string} name */
export function icon(name) {
  return s('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, s('use', { href: '#i-' + name }))
}

/** The listeners, timers and requests that end with a view. */
export class Scope {
  #controller = new AbortController()
  /** @type {(() => void)[]} */
  #ends = []

  get signal() {
    return this.#controller.signal
  }

  /** @param {() => void} end */
  add(end) {
    this.#ends.push(end)
  }

  dispose() {
    this.#controller.abort()
    for (const end of this.#ends.splice(0)) end()
  }
}

/**
 * Runs an action soon, and at most once in an interval however often it is called.
 * @param {number} first milliseconds until the first run
 * @param {number} interval milliseconds between two runs
 * @param {() => void} action
 * @param {Scope} [scope]
 */
export function throttle(first, interval, action, scope) {
  let timer = 0
  let last = -Infinity
  scope?.add(() => clearTimeout(timer))
  return () => {
    if (timer) return
    const wait = Math.max(first, last + interval - performance.now())
    timer = window.setTimeout(() => {
      timer = 0
      last = performance.now()
      action()
    }, wait)
  }
}

/** A list of listeners. @template T */
export class Signal {
  /** @type {Set<(value: T) => void>} */
  #listeners = new Set()

  /** @param {(value: T) => void} listener @param {Scope} [scope] */
  on(listener, scope) {
    this.#listeners.add(listener)
    scope?.add(() => this.#listeners.delete(listener))
  }

  /** @param {T} value */
  emit(value) {
    for (const listener of [...this.#listeners]) listener(value)
  }
}
