// A case with sub-questions: the district makes a quiz with one, an officer answers each part by itself on a phone, and
// the parts with a key are marked at once.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, plainCodes, settled, open } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

const addDays = (day, count) => new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10)

/** A quiz for one officer with a case in it, open in a moment; gives the session. */
async function quiz(server, me) {
  const api = await as(server, 'district_training')
  const { home_unit_id, today, now } = await api.me()
  const opens = new Date(Date.parse(now) + 20_000 + 8 * 3600_000).toISOString().slice(0, 19)
  const made = await api.post('/exam-sessions', {
    unit_id: home_unit_id,
    purpose: 'quiz',
    exam_type: 'test',
    level: '',
    month: null,
    title: '案例随堂测验',
    about: '',
    mode: 'remote',
    opens_at: `${opens}+08:00`,
    last_start_at: `${today}T22:00:00+08:00`,
    closes_at: `${today}T23:00:00+08:00`,
    minutes: 20,
    attempts: null,
    review_until: addDays(today, -1),
    range: { established_only: true, posts: [], units: [me.home_unit_id] },
  })
  const version = async () => (await api.get(`/exam-sessions/${made.id}`)).version
  await api.post(`/exam-sessions/${made.id}/range`, { version: made.version })
  const rows = await api.all(`/exam-sessions/${made.id}/candidates`)
  const own = rows.filter((one) => one.name === me.name)
  assert.equal(own.length, 1, 'the officer is in the range')
  const ids = (list) => list.map((one) => one.id)
  await api.post(`/exam-sessions/${made.id}/candidates/decide`, { ids: ids(own), event: 'confirm', reason: '' })
  await api.post(`/exam-sessions/${made.id}/candidates/decide`, { ids: ids(rows.filter((one) => one !== own[0])), event: 'leave_out', reason: '不参加' })
  const blueprint = {
    sections: [
      { title: '', kind: 'single', count: 1, marks: 400 },
      { title: '', kind: 'case', count: 1, marks: 2000 },
    ],
    limits: [],
    total: 2400,
    target: null,
    fixed: [],
    excluded: [],
    exposure: { rest_sessions: null, max_uses: null, max_share: null },
    keep_enemies_apart: true,
  }
  const built = await api.post(`/exam-sessions/${made.id}/papers`, { version: await version(), forms: 1, blueprint })
  assert.ok(built.built, JSON.stringify(built))
  await api.post(`/exam-sessions/${made.id}/seats`, { version: await version() })
  await api.post(`/exam-sessions/${made.id}/seal`, { version: await version() })
  return made.id
}

walk('a case is answered part by part on a phone, and its parts with a key are marked at once', { device: 'phone', as: 'officer' }, async ({ page, server }) => {
  const officer = await as(server, 'officer')
  const me = await officer.me()
  const id = await quiz(server, me)
  const own = (await officer.get('/exams/me')).find((one) => one.session === id)
  await open(page, `/m/exams/${own.id}/sit/${own.attempt}`)
  await page.locator('[data-test=start]').waitFor()
  await page.getByLabel('我已阅读考前须知').check()
  // The room opens by itself when its time has come.
  await page.locator('[data-test=start]').click({ timeout: 60_000 })
  await page.locator('.question .option').first().click()
  await page.locator('[data-test=next]').click()

  // Every part has a field of its own; the options of one do not touch those of another.
  await page.getByText('逐小题作答').waitFor()
  const parts = page.locator('.question .part')
  const count = await parts.count()
  assert.ok(count >= 2, `${count} parts`)
  for (let number = 0; number < count; number += 1) {
    const options = parts.nth(number).locator('.option')
    if (await options.count()) await options.first().click()
    else await parts.nth(number).locator('textarea, input').first().fill('责令改正')
  }
  await page.locator('[data-test=saved].done').waitFor()
  await settled(page)
  await assertGoodPage(page, plainCodes(server))
  await assertFits(page)
  await page.locator('.steps').getByRole('button', { name: '交卷' }).click()
  await page.getByRole('dialog', { name: '交卷' }).locator('[data-test=hand-in]').click()
  await page.locator('[data-test=after]').waitFor()
  await settled(page)
  const after = await officer.get(`/exams/sittings/${own.attempt}/after`)
  const shown = after.questions.find((one) => one.parts.length > 0)
  assert.equal(shown.parts.length, count)
  assert.equal(shown.parts.reduce((sum, part) => sum + part.full, 0), 2000, 'the parts add up to the case')
  await page.getByText(/（1）.*得.*分/).first().waitFor()
  await assertGoodPage(page, plainCodes(server))
})
