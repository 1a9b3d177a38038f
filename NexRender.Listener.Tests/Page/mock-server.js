// A farm in memory with the routes that the page uses, to work on the page without the server:
//   node mock-server.js [port] [jobs]
'use strict'
const { createServer } = require('node:http')
const { gzipSync } = require('node:zlib')
const { readFileSync, existsSync } = require('node:fs')
const { join, extname } = require('node:path')
const { Farm } = require('./mock-farm.js')

const folder = join(__dirname, '..', '..', 'NexRender.Listener', 'Page')
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

/** Starts the farm on a port of loopback; 0 takes any free one. */
async function start({ port = 0, farm = new Farm(), secrets = null, version = '1.0.0' } = {}) {
  const watchers = new Set()
  const epoch = Math.random().toString(16).slice(2, 6)
  const server = createServer((request, response) => {
    handle(request, response).catch(problem => {
      if (!response.headersSent) answer(response, problem.status ?? 500, problem.status ? problem.message : problem.stack)
    })
  })
  const log = []
  farm.publish = (type, data) => {
    const id = `${epoch}-${log.length + 1}`
    const text = `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    log.push(text)
    for (const watcher of watchers) watcher.write(text)
  }
  await new Promise(resolve => server.listen(port, '127.0.0.1', resolve))
  const pings = setInterval(() => {
    for (const watcher of watchers) watcher.write(': ping\n\n')
  }, 15000)
  return {
    farm,
    port: server.address().port,
    async stop() {
      clearInterval(pings)
      for (const watcher of watchers) watcher.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }

  async function handle(request, response) {
    const url = new URL(request.url, 'http://localhost')
    response.setHeader('Server', 'nexrender-listener/' + version)
    if (!url.pathname.startsWith('/api/v1')) return page(url.pathname, request, response)
    const path = url.pathname.slice('/api/v1'.length)
    if (path === '/health') return answer(response, 200, 'ok')
    const role = roleOf(request)
    if (!role || (role !== 'full' && request.method !== 'GET' && !(role === 'submit' && request.method === 'POST'))) {
      return answer(response, 403, 'Wrong or no authentication secret provided. Please check the "nexrender-secret" header.')
    }
    if (path === '/events') return events(url, request, response)
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const result = farm.handle(request.method, path, url.searchParams, text, { role, version, name: request.headers['nexrender-name'] })
    for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value)
    answer(response, 200, JSON.stringify(result.body), 'application/json; charset=utf-8')
  }

  function roleOf(request) {
    if (!secrets) return 'full'
    return secrets[Buffer.from(request.headers['nexrender-secret'] ?? '', 'latin1').toString()] ?? null
  }

  function page(pathname, request, response) {
    const name = pathname === '/' ? 'index.html' : pathname.replace(/^\/page\//, '')
    const file = join(folder, name)
    if (name.includes('..') || !types[extname(name)] || !existsSync(file)) return answer(response, 404, 'no such route')
    response.setHeader('Content-Security-Policy', policy)
    response.setHeader('Content-Encoding', 'gzip')
    answer(response, 200, gzipSync(readFileSync(file), { level: 9 }), types[extname(name)])
  }

  function events(url, request, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`event: hello\ndata: ${JSON.stringify({ version, id: `${epoch}-${log.length}` })}\n\n`)
    const since = url.searchParams.get('since')
    if (since) {
      const [from, number] = since.split('-')
      if (from !== epoch) response.write(`event: reset\nid: ${epoch}-${log.length}\ndata: {"reason":"the server was restarted"}\n\n`)
      else for (const text of log.slice(Number(number))) response.write(text)
    }
    watchers.add(response)
    request.on('close', () => watchers.delete(response))
  }
}

function answer(response, status, body, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-cache' })
  response.end(body)
}

module.exports = { start, Farm }

if (require.main === module) {
  const farm = new Farm()
  farm.fill(Number(process.argv[3] ?? 400))
  setInterval(() => farm.step(), 700)
  start({
    port: Number(process.argv[2] ?? 3210),
    farm,
    secrets: process.env.SECRET ? { [process.env.SECRET]: 'full', read: 'read' } : null,
  }).then(({ port }) => console.log(`http://127.0.0.1:${port}/`))
}
