/** The assets and actions of a job. */

import { h } from '../lib/dom.js'
import { text } from '../lib/format.js'
import { section } from './job.js'

const shown = 200

/** @param {unknown} value @returns {Record<string, unknown>} */
function record(value) {
  return value && typeof value === 'object' ? /** @type {Record<string, unknown>} */ (value) : {}
}

/** @param {unknown[]} assets */
export function assetList(assets) {
  const rows = assets.slice(0, shown).map(asset => {
    const { type, layerName, layerIndex, composition, property, src, value, expression } = record(asset)
    const layer = [
      text(composition),
      layerName !== undefined ? text(layerName) : layerIndex !== undefined ? `layer ${text(layerIndex)}` : '',
      text(property),
    ]
    return h(
      'tr',
      {},
      h('td', {}, text(type)),
      h('td', {}, layer.filter(part => part).join(' · ')),
      h('td', { class: 'long' }, text(src ?? expression ?? value)),
    )
  })
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Assets' },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...['Type', 'Layer', 'Source or value'].map(title => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, ...rows),
    ),
    assets.length > shown && h('p', { class: 'dim' }, `The other ${assets.length - shown} are in the JSON.`),
  )
}

/** @param {unknown} actions */
export function actionList(actions) {
  const items = Object.entries(record(actions)).flatMap(([when, list]) =>
    (Array.isArray(list) ? list : []).map(action => {
      const { module, ...rest } = record(action)
      return h(
        'tr',
        {},
        h('td', {}, when),
        h('td', {}, text(module)),
        h('td', { class: 'long' }, Object.keys(rest).length > 0 ? text(rest) : ''),
      )
    }),
  )
  if (items.length === 0) return null
  return section(
    'Actions',
    h(
      'div',
      { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Actions' },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...['When', 'Module', 'Options'].map(title => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, ...items),
      ),
    ),
  )
}
