// An instructor from nomination over the trial lecture, appointment, an invitation answered on a phone and the yearly
// assessment to renewal and release; what may not be done is refused on the way. Then the other pages of the register.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, typedDay } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

/** A day so many days after another. */
function later(day, count) {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

// The panel, not the calendar that its first field opens.
const dialog = (page) => page.locator('dialog.panel')
const gone = (page) => dialog(page).waitFor({ state: 'hidden' })

async function pickDay(page, name, day) {
  const field = dialog(page).getByRole('combobox', { name, exact: true })
  await field.fill(typedDay(day))
  await field.press('Enter')
}

walk('an instructor goes from nomination to renewal', { device: 'desk', as: 'squad_head' }, async ({ page, server, visitor, watch }) => {
  const head = await as(server, 'squad_head')
  const officer = await (await as(server, 'officer')).me()
  const { today } = await head.me()
  watch.allow(/status of 409/)
  watch.allow(/status of 422/)

  // The squad's head proposes one of his officers.
  await open(page, '/faculty')
  await assertGoodPage(page)
  await page.getByRole('button', { name: '推荐教员' }).click()
  await dialog(page).waitFor()
  await dialog(page).getByRole('button', { name: '提交推荐' }).click()
  await page.getByText('请选择推荐为。').waitFor()
  await dialog(page).locator('select[name=kind]').selectOption('practice')
  const person = dialog(page).getByRole('combobox', { name: '人员', exact: true })
  await person.click()
  await person.fill(officer.name)
  await page.getByRole('option', { name: new RegExp(officer.name) }).first().click()
  await dialog(page).getByRole('checkbox', { name: '燃气' }).check()
  await dialog(page).locator('textarea[name=reason]').fill('入户检查业务骨干。')
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '提交推荐' }).click()
  await page.waitForURL(/\/faculty\/instructors\/\d+$/)
  await settled(page)
  const path = new URL(page.url()).pathname
  const id = Number(path.split('/').pop())
  await page.getByRole('button', { name: '撤回推荐' }).waitFor()
  assert.equal(await page.getByRole('button', { name: '登记试讲' }).count(), 0, 'a squad does not judge')
  const refused = await head.ask('POST', `/faculty/instructors/${id}/appoint`, { version: 1, from: today })
  assert.equal(refused.status, 403)

  // The district holds the trial lecture: once failed, once passed.
  const { page: district, watch: seen } = await visitor('district_training')
  seen.allow(/status of 409/)
  const api = await as(server, 'district_training')
  const early = await api.ask('POST', `/faculty/instructors/${id}/appoint`, { version: 1, from: today })
  assert.equal(early.body.code, 'faculty.trial_missing')
  await open(district, path)
  for (const [scores, verdict] of [
    [['70', '75.5'], '未合格'],
    [['88', '91.5'], '合格'],
  ]) {
    await district.getByRole('button', { name: '登记试讲' }).click()
    await dialog(district).locator('input[name=topic]').fill('燃气安全入户检查')
    for (const [index, score] of scores.entries()) {
      await dialog(district).getByLabel(`第${index + 1}名评委`, { exact: true }).fill(`评委${index + 1}`)
      await dialog(district).getByLabel(`第${index + 1}名评委的评分`).fill(score)
    }
    for (const group of await dialog(district).getByRole('radiogroup').all()) await group.getByRole('radio', { name: '符合', exact: true }).check()
    await settled(district)
    await assertGoodPage(district)
    await dialog(district).getByRole('button', { name: '登记', exact: true }).click()
    await gone(district)
    await district.getByRole('cell', { name: verdict, exact: true }).waitFor()
  }
  await district.getByRole('cell', { name: '89.75' }).waitFor()
  await settled(district)
  await assertGoodPage(district)

  // Appointed for thirty days, so that the term ends soon; a term that is over is refused.
  await district.getByRole('button', { name: '聘任', exact: true }).click()
  await pickDay(district, '聘期结束', later(today, 30))
  await dialog(district).getByRole('button', { name: '聘任', exact: true }).click()
  await gone(district)
  await district.getByText('聘期将满，请先完成年度考核').waitFor()
  await settled(district)
  await assertGoodPage(district)

  // Invited for a morning next week.
  await district.getByRole('button', { name: '邀请授课' }).click()
  await pickDay(district, '日期', later(today, 9))
  await dialog(district).locator('input[name=topic]').fill('燃气安全入户检查实务')
  await dialog(district).locator('input[name=place]').fill('区局三楼大教室')
  await settled(district)
  await assertGoodPage(district)
  await dialog(district).getByRole('button', { name: '发出邀请' }).click()
  await gone(district)

  // Answered on his phone.
  const { page: phone } = await visitor('officer', 'phone')
  await open(phone, '/m/me')
  await phone.getByRole('link', { name: '我的授课' }).click()
  await phone.getByRole('heading', { name: '燃气安全入户检查实务' }).waitFor()
  await settled(phone)
  await assertGoodPage(phone)
  await phone.getByRole('button', { name: '接受' }).click()
  await phone.getByText('今后三个月没有授课安排。').waitFor({ state: 'hidden' })
  await phone.getByText('09:00至11:00').first().waitFor()
  await settled(phone)
  await assertGoodPage(phone)
  await assertFits(phone)
  // The same morning is taken now.
  const again = await api.ask('POST', `/faculty/instructors/${id}/invitations`, {
    unit_id: (await api.get(`/faculty/instructors/${id}`)).instructor.unit_id,
    on: later(today, 9), from: '10:00', until: '12:00', topic: '另一课', place: '教室',
  })
  assert.equal(again.body.code, 'faculty.clash')

  // Assessed for the year, then renewed; before the assessment it is refused.
  const { instructor } = await api.get(`/faculty/instructors/${id}`)
  const rash = await api.ask('POST', `/faculty/instructors/${id}/renew`, { version: instructor.version })
  assert.equal(rash.body.code, 'faculty.assessment_missing')
  await open(district, path)
  await district.getByText('09:00至11:00').waitFor()
  await district.getByRole('button', { name: '年度考核' }).click()
  await dialog(district).locator('select[name=result]').selectOption('excellent')
  await dialog(district).getByRole('button', { name: '完成考核' }).click()
  await gone(district)
  await district.getByRole('cell', { name: '优秀' }).waitFor()
  await district.getByRole('button', { name: '续聘' }).click()
  await dialog(district).getByRole('button', { name: '续聘' }).click()
  await gone(district)
  await district.getByText('聘期将满，请先完成年度考核').waitFor({ state: 'hidden' })
  await settled(district)
  await assertGoodPage(district)
  const after = (await api.get(`/faculty/instructors/${id}`)).instructor
  assert.ok(after.term_until > later(today, 1000), `the term ends on ${after.term_until}`)

  // An officer elsewhere in the city's register reads no telephone number.
  const read = await (await as(server, 'officer')).get('/faculty/instructors')
  assert.ok(read.rows.filter((row) => row.id !== id && row.contact).every((row) => row.person_id === officer.person_id))

  // Released with a morning ahead: it is listed, and what becomes of it must be said.
  await district.getByRole('button', { name: '解聘', exact: true }).click()
  await dialog(district).getByRole('heading', { name: '今后三个月的安排' }).waitFor()
  await dialog(district).getByText('燃气安全入户检查实务').waitFor()
  await dialog(district).locator('textarea[name=reason]').fill('调离本市。')
  await dialog(district).getByRole('button', { name: '解聘', exact: true }).click()
  await dialog(district).getByText('请选择今后的授课安排。').waitFor()
  await dialog(district).locator('select[name=bookings]').selectOption('give_back')
  await settled(district)
  await assertGoodPage(district)
  await dialog(district).getByRole('button', { name: '解聘', exact: true }).click()
  await gone(district)
  await district.getByText(/今后1次授课：交还时段/).first().waitFor()
  await settled(district)
  await assertGoodPage(district)
  const calendar = await api.get('/faculty/calendar', { from: today, to: later(today, 30), instructor: id })
  assert.deepEqual(calendar.rows, [])
})

walk('a handbook takes papers by their content and nothing else', { device: 'desk', as: 'district_training' }, async ({ page, server, watch }) => {
  const api = await as(server, 'district_training')
  watch.allow(/status of 4(09|22)/)
  const { unit_id } = (await api.me()).roles.find(({ role }) => role === 'district_training')
  const made = await api.post('/faculty/courseware', { version: 0, unit_id, kind: 'micro_handbook', title: '燃气检查微手册', field: 'gas', summary: '随身携带。' })
  await open(page, `/faculty/courseware/${made.id}`)
  await page.getByText('PDF、Word文档、演示文稿、图片').waitFor()
  const input = page.locator('input[aria-label=选择课件文件]')
  // A program with a paper's name, and a film, are refused; a PDF is taken.
  await input.setInputFiles({ name: '手册.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`MZ${'x'.repeat(6000)}`) })
  await page.getByText(/按内容判断/).waitFor()
  await input.setInputFiles({ name: '手册.mp4', mimeType: 'video/mp4', buffer: Buffer.from('x') })
  await page.getByText(/微手册收PDF/).waitFor()
  await input.setInputFiles({ name: '手册.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7\n${'% 空白\n'.repeat(900)}%%EOF\n`) })
  await page.getByRole('link', { name: '手册.pdf' }).waitFor()
  await settled(page)
  await assertGoodPage(page)
  const { courseware } = await api.get(`/faculty/courseware/${made.id}`)
  assert.equal(courseware.file.mime, 'application/pdf')
  const sent = await api.raw(courseware.file.url)
  assert.deepEqual([sent.status, sent.headers.get('content-type'), sent.headers.get('x-content-type-options')], [200, 'application/pdf', 'nosniff'])
  await page.getByRole('button', { name: '启用' }).click()
  await page.getByRole('button', { name: '新建一版' }).waitFor()
})

walk('the other pages of the register are read and written', { device: 'desk', as: 'district_training' }, async ({ page, visitor }) => {
  for (const path of ['/faculty/places', '/faculty/courseware', '/faculty/teams', '/faculty/teams?tab=calls', '/faculty/teams?tab=cases', '/faculty/teams?tab=invitations', '/faculty/targets']) {
    await open(page, path)
    await assertGoodPage(page)
  }
  await open(page, '/faculty/places?kind=base')
  await page.locator('td a').first().click()
  await page.waitForURL(/\/faculty\/places\/\d+$/)
  await settled(page)
  await assertGoodPage(page)

  // A micro-class asks for its four blocks before it is used.
  await open(page, '/faculty/courseware')
  await page.getByRole('button', { name: '登记课件' }).click()
  await dialog(page).locator('select[name=kind]').selectOption('micro_class')
  await dialog(page).locator('input[name=title]').fill('一案一讨论：入户检查遇拒')
  await dialog(page).locator('select[name=field]').selectOption('gas')
  for (const block of ['subject', 'evidence', 'discretion', 'litigation']) await dialog(page).locator(`textarea[name="blocks.${block}"]`).fill('结合案例说明。')
  await dialog(page).locator('textarea[name=summary]').fill('讨论拒绝检查的处置。')
  await dialog(page).getByRole('button', { name: '加一条依据' }).click()
  await dialog(page).getByLabel('第1条依据的法律法规').fill('中华人民共和国行政处罚法')
  await dialog(page).getByLabel('第1条依据的条款').fill('第五十四条')
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '保存草稿' }).click()
  await page.waitForURL(/\/faculty\/courseware\/\d+$/)
  await page.getByRole('button', { name: '启用' }).click()
  await page.getByRole('button', { name: '新建一版' }).waitFor()
  assert.equal(await page.getByRole('button', { name: '修改', exact: true }).count(), 0, 'a version in use is not edited')
  await settled(page)
  await assertGoodPage(page)

  // The city scores the base that waits.
  const { page: city } = await visitor('city_training')
  await open(city, '/faculty/places?waiting=1')
  await city.locator('td a').first().click()
  await city.waitForURL(/\/faculty\/places\/\d+$/)
  await settled(city)
  await open(city, '/faculty/targets')
  await assertGoodPage(city)
})

walk('nothing scrolls sideways at 200 %', { device: 'zoomed', as: 'district_training' }, async ({ page }) => {
  for (const path of ['/faculty', '/faculty/places', '/faculty/courseware', '/faculty/teams', '/faculty/targets']) {
    await open(page, path)
    await assertFits(page)
  }
})
