// The study record as a reporter fills it in and a reviewer reads it.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Api } from './api.mjs'
import { settled } from './pages.mjs'

const drawings = resolve(dirname(fileURLToPath(import.meta.url)), '../../demo/photos')

/** A drawing of the demo as a photo for an upload field. */
export function photo(name) {
  const mimeType = name.endsWith('.png') ? 'image/png' : 'image/jpeg'
  return { name: `现场${name.replace(/^\D+/, '')}`, mimeType, buffer: readFileSync(resolve(drawings, name)) }
}

/** What a phone writes that was not asked for JPEG: the head of an HEIC file. */
export const HEIC = {
  name: '现场.heic',
  mimeType: 'image/heic',
  buffer: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(4), Buffer.from('heicmif1'), Buffer.alloc(64)]),
}

/** `2024年11月5日`, as a day is typed. */
export function typedDay(day) {
  const [year, month, date] = day.split('-').map(Number)
  return `${year}年${month}月${date}日`
}

/** The month of the demo's business clock and a day in it that has come. */
export async function thisMonth(api) {
  const { today } = await api.me()
  return { month: today.slice(0, 7), day: `${today.slice(0, 7)}-05`, today }
}

/** Types the session of a record on the desk. */
export async function fillSession(page, { day, topic, place, speaker, content }) {
  const date = page.getByRole('combobox', { name: '学习日期' })
  await date.fill(typedDay(day))
  await date.press('Enter')
  const time = page.getByRole('combobox', { name: '开始时间' })
  await time.fill('14:00')
  await time.press('Enter')
  await page.locator('input[name=minutes]').fill('60')
  await page.locator('input[name=place]').fill(place)
  await page.locator('input[name=speaker]').fill(speaker)
  await page.locator('input[name=topic]').fill(topic)
  await page.locator('textarea[name=content]').fill(content)
  await page.locator('select[name=filmed]').selectOption('no')
}

/** Waits until the server has the draft. */
export function draftSaved(page) {
  return page.getByText(/草稿已保存/).waitFor()
}

/** A record of another unit that waits for review or was confirmed, with a photo; as a reviewer may read it. */
export async function recordWithPhoto(api, { notUnit, state, month } = {}) {
  const { year } = await api.me()
  const rows = await api.all('/study/records', { year, state, month })
  for (const row of rows.filter((found) => found.unit_id !== notUnit && found.first_submitted_at)) {
    const record = await api.get(`/study/records/${row.unit_id}/${row.month}`)
    if (record.photos.length > 0) return record
  }
  throw new Error(`no record with a photo among ${rows.length} rows`)
}

/** The API as the holder of a demo account sees it. */
export const as = (server, role) => Api.signedIn(server.base, server.account(role))

/** Opens a record to review it and waits until it is held. */
export async function openReview(page, unit, month) {
  await page.goto(`/study/review/${unit}/${month}`)
  await settled(page)
}
