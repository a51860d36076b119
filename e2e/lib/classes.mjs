// A training class as its teacher lays it out, and the phones of its trainees.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { Api, PASSWORD } from './api.mjs'

/** A day so many days after another. */
export function later(day, count) {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

export const at = (day, time) => `${day}T${time}:00+08:00`

/** A trainee's phone: registered once, it signs whatever is scanned with it. */
export class Phone {
  constructor(device) {
    this.device = device
  }

  static async of(api, label = '') {
    return new Phone(await api.post('/classes/devices', { label }))
  }

  /** The body of a scan; `code` is the answer of the room's screen. */
  scan(lesson, kind, code, { now, offline = false, typed = false } = {}) {
    const [window, sign] = code.path.split('/').pop().split('.')
    const said = typed ? code.digits : `${window}.${sign}`
    const client_ms = Math.round(now)
    const signature = createHmac('sha256', Buffer.from(this.device.key, 'hex')).update(`${lesson}|${kind}|${said}|${client_ms}`).digest('hex')
    const shown = typed ? { digits: code.digits } : { window: Number(window), sign }
    return { lesson_id: lesson, kind, ...shown, device_id: this.device.id, client_ms, signature, offline }
  }
}

/** Opens accounts for people of whom nobody has one, and signs them in; the account for pages is beside each. */
export async function signedIn(server, people) {
  const opener = await Api.signedIn(server.base, server.account('system_admin'))
  const found = []
  for (const { person_id } of people) {
    const [slip] = await opener.post('/accounts', { person_id })
    const api = new Api(server.base)
    await api.post('/session/activate', { user_name: slip.user_name, one_time_code: slip.one_time_code, new_password: PASSWORD })
    found.push({ api, person_id, account: { name: slip.name, user_name: slip.user_name, password: PASSWORD } })
  }
  return found
}

/**
 * People of a class's rule who are in no batch and have no account yet, so many. When too few are left, some come off
 * the lists of batches that have not begun.
 */
export async function free(server, api, id, count) {
  const opener = await Api.signedIn(server.base, server.account('system_admin'))
  const held = new Set((await opener.all('/accounts')).map((account) => account.person_id))
  const found = async () => (await api.get(`/classes/${id}/candidates`)).filter((row) => !held.has(row.person_id))
  let missing = count - (await found()).length
  const { kind, year } = await api.get(`/classes/${id}`)
  for (const other of await api.get('/classes', { year, kind })) {
    if (missing <= 0) break
    if (other.id === id || !['draft', 'filed'].includes(other.phase)) continue
    const { rows } = await api.get(`/classes/${other.id}/trainees`)
    for (const row of rows.filter(({ seat, person_id }) => seat === 'enrolled' && !held.has(person_id)).slice(0, missing)) {
      await api.post(`/classes/${other.id}/trainees/${row.id}/withdraw`, { version: row.version, reason: '调整期次。' })
      missing -= 1
    }
  }
  const rows = await found()
  assert.ok(rows.length >= count, `${rows.length} people are free, ${count} are wanted`)
  return rows.slice(0, count)
}
