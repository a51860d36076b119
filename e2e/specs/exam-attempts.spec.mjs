// A course test with two attempts on a phone, from the line on the first page to the one that counts; an answer that two
// markers differ about and a third settles; and a class that takes its results from an exam of the engine.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, plainCodes, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const COURSE_TEST = '市容环卫法规课程测验'
const WRITTEN_TEST = '执法办案案例测验'

/** The session with this title, as the district that holds it reads it. */
async function held(server, title) {
  const api = await as(server, 'district_training')
  const { body } = await api.ask('GET', '/exam-sessions')
  const session = body.sessions.find((one) => one.title === title)
  assert.ok(session, `the demo city has ${title}`)
  return { api, session }
}

/** Answers every question with the option at `place`, as a thumb does, and hands in. */
async function sitThrough(page, count, place) {
  for (let number = 1; number <= count; number += 1) {
    const options = page.locator('.question .option')
    await options.nth(Math.min(place, (await options.count()) - 1)).click()
    if (number < count) await page.locator('[data-test=next]').click()
  }
  await page.locator('[data-test=saved].done').waitFor()
  await page.locator('.steps').getByRole('button', { name: '交卷' }).click()
  const box = page.getByRole('dialog', { name: '交卷' })
  await box.locator('[data-test=hand-in]').click()
  await page.getByRole('heading', { name: '已交卷' }).waitFor()
  await page.locator('[data-test=after]').waitFor()
  await settled(page)
}

async function start(page) {
  await page.locator('[data-test=start]').waitFor()
  await page.getByLabel('我已阅读考前须知').check()
  await page.locator('[data-test=start]').click()
  await page.locator('.question').waitFor()
}

walk('a course test is taken twice on a phone and the better attempt counts', { device: 'phone', as: 'officer' }, async ({ page, server, visitor, picture }) => {
  const codes = plainCodes(server)
  const officer = await as(server, 'officer')
  const me = await officer.me()
  // The first page leads to it.
  await open(page, '/m')
  await page.getByRole('link', { name: new RegExp(`考试已开始，请进入.*${COURSE_TEST}`) }).click()
  await start(page)
  const total = (await officer.get('/exams/me')).find((one) => one.title === COURSE_TEST)
  assert.equal(total.number, 1)
  await sitThrough(page, 10, 0)
  await assertGoodPage(page, codes)
  await assertFits(page)
  const first = await officer.get(`/exams/sittings/${total.attempt}/after`)
  assert.equal(first.shown, 'marks', 'a course test shows marks at once, and no keys before it is published')
  assert.equal(first.questions.length, 0)
  assert.deepEqual([first.number, first.allowed, first.left], [1, 2, 1])
  await page.getByText(`${first.score / 100}分`).first().waitFor()
  await picture(page, 'exam-again')
  const again = page.locator('[data-test=again]')
  assert.equal((await again.innerText()).trim(), '再做一次，还可1次')
  await again.click()

  // Another attempt with a clock of its own, on the other form.
  await page.waitForURL((url) => !url.pathname.includes(`/sit/${total.attempt}`))
  await start(page)
  await sitThrough(page, 10, 1)
  await page.getByText('本场考试可作答2次，已用完。').waitFor()
  await assertGoodPage(page, codes)
  const own = (await officer.get('/exams/me')).filter((one) => one.title === COURSE_TEST)
  assert.deepEqual(own.map((one) => one.number).sort(), [1, 2])
  const second = await officer.get(`/exams/sittings/${own.find((one) => one.number === 2).attempt}/after`)
  const refused = await officer.ask('POST', `/exams/me/sessions/${first.session}/attempts`)
  assert.equal(refused.status, 409)

  // Who runs it sees both attempts, and which one counts.
  const { session } = await held(server, COURSE_TEST)
  const desk = await visitor('district_training', 'desk')
  await open(desk.page, `/exams/${session.id}`)
  await desk.page.getByText('可作答2次，计最好一次').first().waitFor()
  await desk.page.getByRole('link', { name: '成绩与通报' }).click()
  await desk.page.getByRole('heading', { name: '历次作答' }).waitFor()
  await settled(desk.page)
  await assertGoodPage(desk.page)
  await picture(desk.page, 'exam-attempts')
  const { rows } = (await as(server, 'district_training').then((api) => api.ask('GET', `/exam-sessions/${session.id}/attempts`))).body
  const tried = rows.find((row) => row.attempts.length > 1)
  assert.equal(tried.name, me.name)
  assert.deepEqual(tried.attempts.map((one) => one.score), [first.score, second.score])
  const best = second.score > first.score ? 2 : 1
  assert.deepEqual(tried.attempts.filter((one) => one.counts).map((one) => one.number), [best])
  assert.notEqual(tried.attempts[0].form, tried.attempts[1].form)
})

walk('an answer that two markers differ about is settled by the third', { device: 'desk', as: 'district_training' }, async ({ page, server }) => {
  const { api, session } = await held(server, WRITTEN_TEST)
  const marking = async () => (await api.ask('GET', `/exam-sessions/${session.id}/marking`)).body
  const before = await marking()
  assert.equal(before.third, 1)
  assert.equal(before.answers, before.decided + 1)
  await open(page, `/exams/${session.id}`)
  await page.getByRole('link', { name: '阅卷', exact: true }).click()
  await page.getByText('待三评').first().waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByLabel(/得分/).fill('14')
  await page.getByRole('button', { name: '评分并看下一份' }).click()
  await page.getByText('没有待您评分的答案').waitFor()
  const after = await marking()
  assert.deepEqual([after.third, after.chief, after.decided], [0, 0, after.answers])
})

walk('a class takes its results from an exam of the engine', { device: 'desk', as: 'district_training' }, async ({ page, server }) => {
  const api = await as(server, 'district_training')
  const { year } = await api.me()
  const rows = await api.get('/classes', { year })
  let found
  for (const row of rows) {
    const one = await api.get(`/classes/${row.id}`)
    if (one.has_exam && ['running', 'ended', 'returned_for_completion', 'filed'].includes(one.phase) && one.may.length) found ??= one
  }
  assert.ok(found, 'the demo city has a class with an exam that is not closed')
  const day = `${year + 1}-06-14`
  const made = await api.ask('POST', '/exam-sessions', {
    unit_id: found.unit_id,
    purpose: 'class',
    exam_type: 'test',
    title: '集中培训结业考试',
    mode: 'remote',
    opens_at: `${day}T09:00:00+08:00`,
    last_start_at: `${day}T09:30:00+08:00`,
    closes_at: `${day}T11:00:00+08:00`,
    minutes: 60,
    review_until: `${year + 1}-06-10`,
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  await open(page, `/classes/${found.id}/results`)
  const line = page.locator('li').filter({ hasText: '集中培训结业考试' })
  await line.getByRole('button', { name: '关联', exact: true }).click()
  await line.getByText('已关联').waitFor()
  await settled(page)
  await assertGoodPage(page)
  assert.equal((await api.get(`/exam-sessions/${made.body.id}`)).about, `class:${found.id}`)
  await line.getByRole('button', { name: '取消关联' }).click()
  await line.getByRole('button', { name: '关联', exact: true }).waitFor()
})
