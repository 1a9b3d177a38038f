/** Turns values into text. A job may have anything in any member, so nothing here expects a type. */

import { h, write } from './dom.js'

/** The text of any value; nothing for null. @param {unknown} value */
export function text(value) {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** @param {unknown} value */
export function firstLine(value) {
  return text(value).trimStart().split('\n', 1)[0]
}

/** The last segment of a path or an address. @param {unknown} value */
export function fileName(value) {
  const whole = text(value)
  const path = whole.split(/[?#]/, 1)[0].replace(/[\\/]+$/, '')
  const last = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  try {
    return decodeURIComponent(last) || whole
  } catch {
    return last
  }
}

/** A progress between 0 and 100. @param {unknown} value */
export function percent(value) {
  const number = Number(value)
  return Number.isFinite(number) ? Math.min(100, Math.max(0, Math.floor(number))) : 0
}

const numbers = new Intl.NumberFormat()

/** @param {number} value */
export function count(value) {
  return numbers.format(value)
}

/** "1 job", "2 jobs". @param {number} value @param {string} one @param {string} [many] */
export function plural(value, one, many = one + 's') {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} m`
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`
}

/** A duration in its largest unit, for narrow columns. @param {number} seconds */
export function roughly(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} m`
  if (whole < 2 * 86400) return `${Math.floor(whole / 3600)} h`
  return `${Math.floor(whole / 86400)} d`
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, '0')
}

/** The time of an ISO text in milliseconds; NaN if it is not one. @param {unknown} value */
export function time(value) {
  return typeof value === 'string' ? Date.parse(value) : NaN
}

const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** The exact time in the viewer's zone. @param {unknown} value */
export function exact(value) {
  const at = time(value)
  return Number.isNaN(at) ? text(value) : exactFormat.format(at)
}

/** The time of today, or date and time. @param {unknown} value */
export function shortTime(value) {
  const at = time(value)
  if (Number.isNaN(at)) return text(value)
  return new Date(at).toDateString() === new Date(now()).toDateString() ? clockFormat.format(at) : dayFormat.format(at)
}

let skew = 0

/** Sets the difference between the clocks of server and viewer from the Date of a response. @param {string | null} header */
export function setClock(header) {
  const server = Date.parse(header ?? '')
  // The header has whole seconds, so a smaller difference is none.
  if (!Number.isNaN(server)) skew = Math.abs(server - Date.now()) > 2000 ? server - Date.now() : 0
}

/** The server's time in milliseconds. */
export function now() {
  return Date.now() + skew
}

/**
 * An element that shows how long ago a time is, and the exact time on hover.
 * @param {unknown} value
 * @param {'age' | 'ago' | 'poll' | 'for' | 'clock'} style
 */
export function since(value, style) {
  const element = h('time', { class: 'number' })
  setSince(element, value, style)
  return element
}

/** @param {HTMLTimeElement} element @param {unknown} value @param {'age' | 'ago' | 'poll' | 'for' | 'clock'} style */
export function setSince(element, value, style) {
  const at = time(value)
  if (Number.isNaN(at)) {
    write(element, text(value))
    element.removeAttribute('datetime')
    element.removeAttribute('title')
    delete element.dataset.style
    return
  }
  const iso = new Date(at).toISOString()
  if (element.dateTime !== iso) {
    element.dateTime = iso
    element.title = exact(value)
  }
  element.dataset.style = style
  tick(element, now())
}

/** @param {HTMLTimeElement} element @param {number} at */
function tick(element, at) {
  const seconds = (at - Date.parse(element.dateTime)) / 1000
  const style = element.dataset.style
  if (style === 'clock') write(element, shortTime(element.dateTime))
  else if (style === 'for') write(element, duration(seconds))
  // Nothing tells of a poll that changes nothing, but the server tells when none has come for 90 seconds.
  else if (style === 'poll' && seconds >= 10) write(element, '< 90 s ago')
  else write(element, roughly(seconds) + (style === 'ago' || style === 'poll' ? ' ago' : ''))
}

/** Brings every relative time of the document up to date. */
export function tickAll() {
  const at = now()
  for (const element of document.querySelectorAll('time[data-style]')) tick(/** @type {HTMLTimeElement} */ (element), at)
}
