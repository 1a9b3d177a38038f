/** The address of a view: `#/jobs?states=failed`. It is all that a link needs, so it can be sent to somebody. */

/** @returns {Address} */
export function currentAddress() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const [view = '', id = ''] = path.split('/')
  return { view, id: decode(id), query: new URLSearchParams(query) }
}

/** @param {string} value */
function decode(value) {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** @param {string} view @param {string | null} [id] @param {Record<string, string> | URLSearchParams} [query] */
export function addressOf(view, id, query) {
  const parameters = new URLSearchParams(query)
  for (const name of [...parameters.keys()]) {
    if (!parameters.get(name)) parameters.delete(name)
  }
  // Commas need no escape in a query, and stay legible without.
  const text = String(parameters).replaceAll('%2C', ',').replaceAll('%3A', ':')
  return `#/${view}${id ? '/' + encodeURIComponent(id) : ''}${text ? '?' + text : ''}`
}

let list = '#/jobs'

/** The list of jobs as it was last filtered. */
export function lastList() {
  return list
}

/** @param {string} address */
export function rememberList(address) {
  list = address
}

/** Goes to an address without an entry in the history, for filters that change with each key. @param {string} address */
export function replaceAddress(address) {
  history.replaceState(null, '', address)
  dispatchEvent(new HashChangeEvent('hashchange'))
}
