// The API as a signed-in person uses it: to set a scene quickly, and to see that what a page hides is not to be had
// by asking the server either.
import assert from 'node:assert/strict'

export const PASSWORD = 'Xuexi-Kaohe-2024'

export class Api {
  #cookies = new Map()

  /** @param {string} base `http://127.0.0.1:PORT` */
  constructor(base) {
    this.base = base
  }

  static async signedIn(base, { user_name, password }) {
    const api = new Api(base)
    await api.post('/session', { user_name, password })
    return api
  }

  /** Status, problem or body of a request; throws for nothing but a dead server. */
  async ask(method, path, body, query) {
    const address = new URL(`${this.base}/api/v1${path}`)
    for (const [key, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== null) address.searchParams.set(key, String(value))
    }
    const headers = { Accept: 'application/json', Cookie: [...this.#cookies].map(([k, v]) => `${k}=${v}`).join('; ') }
    if (method !== 'GET') headers['X-Chengzhi'] = '1'
    let payload = body
    if (body !== undefined && !(body instanceof FormData)) {
      headers['Content-Type'] = 'application/json'
      payload = JSON.stringify(body)
    }
    const answer = await fetch(address, { method, headers, body: payload })
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const type = answer.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await answer.arrayBuffer())
    const read = type.includes('json') && bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : bytes
    return { status: answer.status, type, body: read }
  }

  async #good(method, path, body, query) {
    const answer = await this.ask(method, path, body, query)
    assert.ok(
      answer.status >= 200 && answer.status < 300,
      `${method} ${path} gave ${answer.status}: ${JSON.stringify(answer.body)}`,
    )
    return answer.body
  }

  /** The session's cookies, for clients of their own. */
  cookie() {
    return [...this.#cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  }

  /** An address of the server as it answers, without the API's root. */
  raw(address, headers = {}) {
    return fetch(new URL(address, this.base), { headers: { ...headers, Cookie: this.cookie() } })
  }

  get(path, query) {
    return this.#good('GET', path, undefined, query)
  }
  post(path, body, query) {
    return this.#good('POST', path, body, query)
  }
  put(path, body) {
    return this.#good('PUT', path, body)
  }
  delete(path, body) {
    return this.#good('DELETE', path, body)
  }

  /** Sends one file under the field `file`. */
  upload(path, name, bytes, type = 'application/octet-stream', query) {
    const form = new FormData()
    form.append('file', new Blob([bytes], { type }), name)
    return this.#good('POST', path, form, query)
  }

  me() {
    return this.get('/session')
  }

  /** All rows of a list that comes in pages. */
  async all(path, query = {}) {
    const rows = []
    for (let page = 1; ; page += 1) {
      const out = await this.get(path, { ...query, page, size: 200 })
      rows.push(...out.rows)
      if (out.rows.length === 0 || rows.length >= out.total) return rows
    }
  }
}

/**
 * Opens an account for a person and gives it roles, as the administrators would: the unit's administrator opens,
 * the security administrator grants, the person activates with the one-time code.
 *
 * @param server the server with its demo accounts
 * @param person `{ id, unit_id }`
 * @param {{role: string, scope: string, unit_id?: number}[]} assignments
 */
export async function openAccount(server, person, assignments) {
  const opener = await Api.signedIn(server.base, server.account('system_admin'))
  const [slip] = await opener.post('/accounts', { person_id: person.id })
  if (assignments.length > 0) {
    const security = await Api.signedIn(server.base, server.account('security_admin'))
    const { rows } = await security.get('/accounts', { q: slip.user_name })
    const account = rows.find(({ user_name }) => user_name === slip.user_name)
    assert.ok(account, `the security administrator does not see ${slip.user_name}`)
    await security.put(`/accounts/${account.id}/roles`, { assignments, version: account.version })
  }
  const own = new Api(server.base)
  await own.post('/session/activate', {
    user_name: slip.user_name,
    one_time_code: slip.one_time_code,
    new_password: PASSWORD,
  })
  return { name: slip.name, user_name: slip.user_name, password: PASSWORD }
}
