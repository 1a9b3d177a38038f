/** Requests to the API. The secret is sent as a header only, and kept for the tab or, if the viewer says so, for the browser. */

import { setClock } from './format.js'

const key = 'nexrender-secret'
const root = new URL('api/v1', document.baseURI)
const deadline = 30000

/** A refusal of the server, or the reason why it cannot be reached. */
export class ApiError extends Error {
  /** @param {number} status 0 if there was no answer @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

let secret = stored(() => sessionStorage.getItem(key)) ?? stored(() => localStorage.getItem(key)) ?? ''

/** @type {Promise<boolean> | null} */
let pending = null
/** The viewer has closed the question, and is not asked again before asking for it. */
let declined = false

/** @type {(wrong: boolean) => Promise<{ secret: string, remember: boolean } | null>} */
let prompt = async () => null

/** Sets how the viewer is asked for the secret. @param {typeof prompt} value */
export function onSecretNeeded(value) {
  prompt = value
}

export function hasSecret() {
  return secret !== ''
}

export function forgetSecret() {
  secret = ''
  stored(() => sessionStorage.removeItem(key))
  stored(() => localStorage.removeItem(key))
}

/**
 * Asks for the secret, once however many requests need it. Returns true if there is a new one to try.
 * @param {string} refused the secret that was refused
 */
export function authorise(refused) {
  if (secret !== refused) return Promise.resolve(true)
  if (declined) return Promise.resolve(false)
  pending ??= prompt(refused !== '').then(answer => {
    pending = null
    declined = !answer
    if (!answer) return false
    secret = answer.secret
    stored(() => sessionStorage.setItem(key, secret))
    stored(() => (answer.remember ? localStorage.setItem(key, secret) : localStorage.removeItem(key)))
    return true
  })
  return pending
}

/** Asks for another secret, though none was refused. */
export function changeSecret() {
  declined = false
  return authorise(secret)
}

/** Storage may be forbidden to the page; the secret then lives as long as the page. @template T @param {() => T} action */
function stored(action) {
  try {
    return action()
  } catch {
    return null
  }
}

/** The secret as a header value: a header holds bytes, so each byte of its UTF-8 becomes one character. @param {string} value */
function headerValue(value) {
  return String.fromCharCode(...new TextEncoder().encode(value))
}

/**
 * @typedef {object} Options
 * @property {URLSearchParams} [query]
 * @property {string | object} [body] JSON text, or what becomes JSON
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [endless] without a deadline, for a stream
 */

/**
 * Sends a request, and again after the viewer has entered a secret. Anything but success is an ApiError.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {Options} [options]
 * @returns {Promise<Response>}
 */
export async function send(method, path, options = {}) {
  for (;;) {
    const used = secret
    const response = await attempt(method, path, options, used)
    setClock(response.headers.get('date'))
    if (response.ok) return response
    const message = (await response.text()).trim() || `The server answered ${response.status}.`
    // A reader's secret is refused for changes; another secret would help, but nobody wants to be asked in the middle of an action.
    if (response.status !== 403 || method !== 'GET' || !(await authorise(used))) throw new ApiError(response.status, message)
  }
}

/** @param {string} method @param {string} path @param {Options} options @param {string} used */
async function attempt(method, path, options, used) {
  const url = new URL(root)
  url.pathname += path
  url.search = String(options.query ?? '')
  /** @type {Record<string, string>} */
  const headers = { ...options.headers }
  if (used) headers['nexrender-secret'] = headerValue(used)
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  const body = typeof options.body === 'object' ? JSON.stringify(options.body) : options.body
  const timer = new AbortController()
  const cancel = () => timer.abort()
  const timeout = options.endless ? 0 : setTimeout(cancel, deadline)
  options.signal?.addEventListener('abort', cancel)
  try {
    return await fetch(url, { method, headers, body, signal: timer.signal })
  } catch (problem) {
    if (options.signal?.aborted) throw problem
    throw new ApiError(0, timer.signal.aborted ? 'The server did not answer within 30 seconds.' : 'The server cannot be reached.')
  } finally {
    clearTimeout(timeout)
    // A stream continues after its first bytes, and still ends with its signal.
    if (!options.endless) options.signal?.removeEventListener('abort', cancel)
  }
}

/** @param {string} path @param {Options} [options] @returns {Promise<any>} */
export async function getJson(path, options) {
  return (await send('GET', path, options)).json()
}

/** True for the error of a request that the page itself has given up. @param {unknown} problem */
export function isAborted(problem) {
  return problem instanceof DOMException && problem.name === 'AbortError'
}

/** @param {unknown} problem */
export function messageOf(problem) {
  return problem instanceof Error ? problem.message : String(problem)
}
