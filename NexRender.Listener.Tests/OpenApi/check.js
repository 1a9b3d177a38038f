// Holds a recorded session against the description of the routes. Prints what contradicts it, and then ends with 1.
// The file that the first argument names has the description, the exchanges of the session and the events that were received.
const fs = require('node:fs')
const SwaggerParser = require('@apidevtools/swagger-parser')
const Ajv = require('ajv/dist/2020')
const addFormats = require('ajv-formats')

const { description, exchanges, events } = JSON.parse(fs.readFileSync(process.argv[1], 'utf8'))
const problems = []

// The schemas are compiled where they are, so that they may refer to each other.
const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true })
addFormats(ajv)
// The description as a whole is not a schema.
ajv.addVocabulary(Object.keys(description))
ajv.addSchema(description, 'description', undefined, false)

const escape = segment => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))
const pointer = (...segments) => '#/' + segments.map(escape).join('/')
const find = reference => reference.slice(2).split('/')
    .map(segment => decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((node, segment) => node[segment], description)

// Follows references: the place of an object, and the object.
const resolve = place => {
    const node = find(place)
    return node?.$ref ? resolve(node.$ref) : [place, node]
}

const validators = new Map()
const check = (place, value, what) => {
    if (!validators.has(place)) validators.set(place, ajv.compile({ $ref: `description${place}` }))
    const validate = validators.get(place)
    if (!validate(value)) problems.push(`${what}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`)
}

// Of the paths that fit, the one with the most fixed segments is meant.
const pathOf = target => {
    const segments = target.split('/')
    const fits = path => path.split('/').length === segments.length
        && path.split('/').every((expected, i) => expected.startsWith('{') || expected === segments[i])
    const parameters = path => path.split('{').length
    return Object.keys(description.paths).filter(fits).sort((a, b) => parameters(a) - parameters(b))[0]
}

// The parameters of a route: for each its place and itself.
const parametersOf = (path, method) => [['paths', path], ['paths', path, method]].flatMap(segments => {
    const place = pointer(...segments, 'parameters')
    return (find(place) ?? []).map((_, index) => resolve(`${place}/${index}`))
})

const decode = text => decodeURIComponent(text.replaceAll('+', ' '))
const readers = { integer: Number, number: Number, boolean: text => ({ true: true, false: false })[text] ?? text }

// A value as its schema means it. A text that is not what the schema names stays a text, which the schema then refuses.
const valueOf = (text, place) => {
    const value = readers[resolve(place)[1].type]?.(text)
    return text === '' || value === undefined || Number.isNaN(value) ? text : value
}

// The value of a parameter that is given once or more. Commas that separate are not escaped, those of a value are.
const read = (texts, { style = 'form', explode = style === 'form' }, place, what) => {
    if (resolve(`${place}/schema`)[1].type !== 'array') {
        if (texts.length > 1) problems.push(`${what} is given ${texts.length} times, and is not an array`)
        return valueOf(decode(texts[0]), `${place}/schema`)
    }
    if (style !== 'form') problems.push(`${what} has the style ${style}, which is not known here`)
    if (!explode && texts.length > 1) problems.push(`${what} is given ${texts.length} times, and does not explode`)
    const items = explode ? texts : texts.flatMap(text => text.split(','))
    return items.map(text => valueOf(decode(text), `${resolve(`${place}/schema`)[0]}/items`))
}

const checkQuery = (exchange, path, method, what) => {
    const parameters = parametersOf(path, method).filter(([, parameter]) => parameter.in === 'query')
    const given = new Map()
    for (const part of exchange.query.split('&').filter(part => part !== '')) {
        const [name, ...rest] = part.split('=')
        given.set(decode(name), [...(given.get(decode(name)) ?? []), rest.join('=')])
    }
    for (const [name, texts] of given) {
        const [place, parameter] = parameters.find(([, { name: other }]) => other === name) ?? []
        if (!place) problems.push(`${what}: the parameter ${name} is not described`)
        else check(`${place}/schema`, read(texts, parameter, place, `${what}: the parameter ${name}`), `${what}, the parameter ${name}`)
    }
    for (const [, { name, required }] of parameters) if (required && !given.has(name)) problems.push(`${what}: ${name} is required`)
}

const checkRequest = (exchange, path, method, what) => {
    const place = pointer('paths', path, method, 'requestBody')
    if (exchange.sent !== undefined && find(place) === undefined) problems.push(`${what}: no body is described`)
    else if (exchange.sent !== undefined)
      check(resolve(place)[0] + '/content/application~1json/schema', exchange.sent, `${what}, the request`)
    checkQuery(exchange, path, method, what)
}

const checkBody = (exchange, place, response, what) => {
    const type = (exchange.headers['content-type'] ?? '').split(';')[0]
    if (!response.content) {
        if (exchange.text !== '') problems.push(`${what}: a body is not described: ${exchange.text}`)
    } else if (!response.content[type]) problems.push(`${what}: the type ${type} is not described`)
    else {
        const value = type === 'application/json' ? JSON.parse(exchange.text) : exchange.text
        check(`${place}/content/${escape(type)}/schema`, value, what)
    }
}

// Every response may have these; the rest must be described.
const common = ['server', 'date', 'content-type', 'content-length', 'connection', 'keep-alive', 'transfer-encoding', 'vary',
    'access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers']

const checkHeaders = (exchange, place, response, what) => {
    const described = Object.keys(response.headers ?? {})
    for (const [name, text] of Object.entries(exchange.headers)) {
        if (common.includes(name)) continue
        const header = described.find(other => other.toLowerCase() === name)
        if (!header) problems.push(`${what}: the header ${name} is not described`)
        else {
            const [at, node] = resolve(`${place}/headers/${escape(header)}`)
            check(`${at}/schema`, node.schema.type === 'integer' ? Number(text) : text, `${what}, the header ${name}`)
        }
    }
}

const seen = new Set()
const checkExchange = exchange => {
    const what = `${exchange.method} ${exchange.path} ${exchange.status}`
    const path = pathOf(exchange.path)
    const method = exchange.method.toLowerCase()
    const operation = description.paths[path]?.[method]
    if (!operation) return problems.push(`${what}: the route is not described`)
    const isDescribed = exchange.status in operation.responses
    if (!isDescribed && !(exchange.status in description.components.responses.Error['x-statuses'])) {
        return problems.push(`${what}: the status is not described: ${exchange.text}`)
    }
    seen.add(`${method} ${path} ${exchange.status}`)
    const [place, response] = resolve(pointer('paths', path, method, 'responses', isDescribed ? String(exchange.status) : 'default'))
    checkBody(exchange, place, response, what)
    checkHeaders(exchange, place, response, what)
    if (exchange.status >= 200 && exchange.status < 300) checkRequest(exchange, path, method, what)
}

// The session must get every status that is described, or the description might name one that does not exist. A disk that does not
// respond is left out.
const checkCoverage = () => {
    for (const [path, item] of Object.entries(description.paths)) {
        for (const [method, operation] of Object.entries(item)) {
            for (const [status, response] of Object.entries(operation.responses ?? {})) {
                if (status === 'default' || response.$ref?.endsWith('/DiskNotResponding')) continue
                if (!seen.has(`${method} ${path} ${status}`)) problems.push(`no request of the session gets ${method} ${path} ${status}`)
            }
        }
    }
}

const checkEvents = () => {
    const place = pointer('paths', '/events', 'get', 'responses', '200', 'content', 'text/event-stream', 'x-events')
    const described = find(place)
    for (const { name, data } of events) {
        if (described[name]) check(`${place}/${escape(name)}`, data, `the event ${name}`)
        else problems.push(`the event ${name} is not described`)
    }
}

const main = async () => {
    await SwaggerParser.validate(structuredClone(description))
    exchanges.forEach(checkExchange)
    checkCoverage()
    checkEvents()
    if (problems.length > 0) throw new Error(problems.join('\n'))
}

main().catch(problem => {
    console.error(problem.message)
    process.exitCode = 1
})
