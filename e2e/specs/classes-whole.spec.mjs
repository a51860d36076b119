// The closed training of one district through its whole loop: plan, late filing explained, a conflict of the timetable
// solved, forty sign-ins of which two are doubtful, the fitness test on its day, evaluation, results, a closing that comes
// back once for a photo, the hours in an officer's ledger, and the class file with its hashes. What a person does is done on the pages; what forty do the same goes by the API.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Api, PASSWORD } from '../lib/api.mjs'
import { free, later, Phone, signedIn } from '../lib/classes.mjs'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, photo, typedDay } from '../lib/study.mjs'
import { csv } from '../lib/sheets.mjs'
import { useCity } from '../lib/walk.mjs'
import { unzip } from '../lib/zip.mjs'

const walk = useCity()
/** The Monday on which the class begins; a week away, so that the filing is late. */
const FIRST = '2024-11-25'
const ROOM = '区局实训楼一号教室'
const dialog = (page) => page.locator('dialog.panel')
const gone = (page) => dialog(page).waitFor({ state: 'hidden' })
const pill = (page, text) => page.locator('.pill', { hasText: text })
/** What the walks of this file hand on to each other. */
let id
let people

const klass = (api) => api.get(`/classes/${id}`)
/** The business clock, milliseconds. */
const clock = async (api) => Date.parse((await api.me()).now)

walk('the district plans the class, files it late and solves a conflict', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, watch, picture }) => {
  const api = await as(server, 'district_training')
  watch.allow(/status of 409/)
  await open(page, '/classes/plans')
  await assertGoodPage(page)
  const row = page.getByRole('row', { name: /区局集中培训/ })
  await row.getByRole('button', { name: '依据' }).click()
  await dialog(page).getByText(/规则编号/).first().waitFor()
  await dialog(page).getByRole('button', { name: '关闭' }).click()
  await picture(page, 'guide-class-plan')
  await row.getByRole('button', { name: '办班' }).click()
  await dialog(page).locator('input[name=place]').fill(ROOM)
  await dialog(page).locator('input[name=teacher_name]').fill('沈志强')
  await dialog(page).locator('input[name=phone]').fill('021-56001234')
  await dialog(page).locator('input[name=capacity]').fill('40')
  await dialog(page).getByRole('checkbox', { name: '结项附培训总结' }).check()
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '建立' }).click()
  await page.waitForURL(/\/classes\/\d+$/)
  id = Number(new URL(page.url()).pathname.split('/').pop())
  await settled(page)

  // Courses: the topics of the year are offered, the sums stand below.
  await page.getByText('安排课程').waitFor()
  await page.getByRole('button', { name: '修改课程' }).click()
  await page.getByRole('button', { name: '补齐必修专题' }).click()
  const topics = (await klass(api)).topics.length
  for (const title of ['体能测试', '队列会操']) {
    await page.getByRole('button', { name: '增加课程' }).click()
    const last = (await page.getByLabel(/第\d+门课程名称/).count()) || 1
    await page.getByLabel(`第${last}门课程名称`).fill(title)
    await page.getByLabel(`第${last}门课程内容`).selectOption({ label: title })
  }
  for (let index = 1; index <= topics + 2; index += 1) {
    await page.getByLabel(`第${index}门课程学时`).fill('3')
    await page.getByLabel(`第${index}门课程学分`).fill('1.5')
  }
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '保存课程' }).click()
  await page.getByText('共 24 学时、12 学分').waitFor()

  // The timetable lays itself; then one lesson is moved over another by the keys, and the way out is taken.
  await page.getByRole('link', { name: '课表', exact: true }).click()
  await page.getByRole('button', { name: '自动排入' }).click()
  const day = page.getByRole('combobox', { name: '从哪一天开始' })
  await day.fill(typedDay(FIRST))
  await day.press('Enter')
  await page.getByRole('button', { name: '排入', exact: true }).click()
  await page.getByText(/课表已于/).waitFor()
  await page.getByText('都没有时间冲突').waitFor()
  const before = (await klass(api)).lessons
  assert.ok(before.length > 8 && before.every((lesson) => lesson.place === ROOM))
  const block = page.locator('.slot').nth(1)
  await block.focus()
  for (let step = 0; step < 4; step += 1) await page.locator('.slot:focus').press('ArrowUp')
  await page.getByRole('heading', { name: /处冲突/ }).waitFor()
  await page.locator('.slot.clash').first().waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-class-conflict')
  await page.getByRole('button', { name: '按建议调整' }).click()
  await page.getByText('都没有时间冲突').waitFor()
  assert.deepEqual((await api.get(`/classes/${id}/conflicts`)).clashes, [])

  // By mouse: the last lesson goes a day later.
  const last = (await klass(api)).lessons.at(-1)
  const block2 = page.locator('.slot').last()
  const box = await block2.boundingBox()
  const width = (await page.locator('.day').first().boundingBox()).width
  await page.mouse.move(box.x + 20, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + 20 + width / 2, box.y + 10, { steps: 4 })
  await page.mouse.move(box.x + 20 + width, box.y + 10, { steps: 4 })
  await page.mouse.up()
  await page.waitForFunction(() => /课表已于/.test(document.body.innerText))
  const until = Date.now() + 10_000
  let found
  while (Date.now() < until && !found) found = (await klass(api)).lessons.find((lesson) => lesson.id === last.id && lesson.from.slice(0, 10) === later(last.from.slice(0, 10), 1))
  assert.ok(found, 'the lesson went a day later')
  await settled(page)

  // Late, explained day by day, and no gate.
  await page.getByRole('link', { name: '概况', exact: true }).click()
  await page.getByRole('list', { name: '报备期限逐日说明' }).waitFor()
  await page.getByText('现在报备记为迟报，不影响办班。').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '报备', exact: true }).click()
  await page.getByText('迟于期限，记为迟报，不影响办班。').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-class-late')
  assert.equal((await klass(api)).filings[0].late, true)

  // The city reads it and says something; the district sees it.
  const { page: city } = await visitor('city_training')
  await open(city, '/classes/filings')
  await assertGoodPage(city)
  await picture(city, 'guide-class-filings')
  const title = (await klass(api)).title
  const batch = (await klass(api)).batch
  await city.getByRole('button', { name: `答复：${title}（第${batch}期）` }).click()
  await dialog(city).getByRole('radio', { name: /提出意见/ }).check()
  await dialog(city).locator('textarea[name=text]').fill('请注意安排体能测试的医务保障。')
  await settled(city)
  await assertGoodPage(city)
  await dialog(city).getByRole('button', { name: '答复' }).click()
  await gone(city)
  await open(page, `/classes/${id}`)
  await page.getByText('请注意安排体能测试的医务保障。', { exact: true }).waitFor()

  // The list: one is chosen on the page, the others by the API; the forty-first waits.
  people = await free(server, api, id, 41)
  await page.getByRole('link', { name: '学员', exact: true }).click()
  await page.getByRole('button', { name: '编入学员' }).click()
  await dialog(page).getByLabel('查找人员').fill(people[0].staff_no)
  await dialog(page).getByRole('checkbox', { name: new RegExp(people[0].name) }).first().check()
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '编入 1 人' }).click()
  await dialog(page).getByText('编入1人').waitFor()
  await dialog(page).getByRole('button', { name: '知道了' }).click()
  await gone(page)
  await api.post(`/classes/${id}/trainees`, { person_ids: people.slice(1).map((one) => one.person_id) })
  await open(page, `/classes/${id}/trainees`)
  await page.getByText('在班 40/40 人，候补 1 人').waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-class-trainees')
  await open(page, '/classes')
  await page.getByText('报备迟报').first().waitFor()
  await assertGoodPage(page)
})

walk('forty sign in, two of them doubtful', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, watch, picture }) => {
  const api = await as(server, 'district_training')
  const trainees = await signedIn(server, people.slice(0, 40))
  const { lessons } = await klass(api)
  const first = lessons[0]
  await server.restart({ today: `${FIRST}T${first.from.slice(11, 16) === '08:30' ? '08:15' : '08:45'}` })
  watch.allow(/status of 409/)
  // Sessions outlive the restart.
  const code = () => api.get(`/classes/${id}/lessons/${first.id}/code`)
  await open(page, `/classes/${id}/lessons/${first.id}/screen`)
  await page.getByAltText('签到二维码').waitFor()
  await page.getByText('正在签到').waitFor()
  assert.equal((await page.getByLabel('签到数字').innerText()).replace(/\s/g, '').length, 8)
  await picture(page, 'guide-class-screen')

  // One on his phone: the address of the square is opened, and he is in.
  const { page: phone } = await visitor(trainees[0].account, 'phone')
  await open(phone, '/m/classes')
  await assertGoodPage(phone)
  await picture(phone, 'guide-class-phone-1')
  await open(phone, (await code()).path)
  await phone.getByText(/签到成功/).waitFor()
  await settled(phone)
  await assertGoodPage(phone)
  await picture(phone, 'guide-class-phone-2')

  // Thirty-eight by the API, each with a phone of his own, and the fortieth with the phone of the thirty-ninth.
  let last
  for (const { api: own } of trainees.slice(1, 39)) {
    last = await Phone.of(own)
    await own.post('/classes/scans', last.scan(first.id, 'in', await code(), { now: await clock(own) }))
  }
  const borrowed = trainees[39].api
  await borrowed.post('/classes/scans', last.scan(first.id, 'in', await code(), { now: await clock(borrowed) }))
  // A code that is a minute old is refused, and so is the same one sent on a second time by somebody else.
  const stale = await borrowed.ask('POST', '/classes/scans', { ...last.scan(first.id, 'out', await code(), { now: await clock(borrowed) }), window: 1 })
  assert.equal(stale.status, 409)
  await page.getByText('40/40').waitFor()

  // The two come before the teacher with their signals; he keeps one and strikes the other.
  await open(page, `/classes/${id}/presence`)
  await page.getByText('2 条等您确认').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-class-doubtful')
  const names = [people[38].name, people[39].name]
  await page.getByRole('button', { name: `确认到课：${names[0]}` }).click()
  await dialog(page).locator('textarea').fill('当场见到本人，手机为其所有。')
  await dialog(page).getByRole('button', { name: '确认到课' }).click()
  await gone(page)
  await page.getByRole('button', { name: `作废：${names[1]}的签到` }).click()
  await dialog(page).locator('textarea').fill('本人未到，由他人代签。')
  await dialog(page).getByRole('button', { name: '作废' }).click()
  await gone(page)
  await page.getByText('2 条等您确认').waitFor({ state: 'hidden' })

  // He comes after all: entered beside the door, with a reason, on the teacher's phone.
  const { page: door } = await visitor('district_training', 'phone')
  await open(door, `/m/classes/${id}/door`)
  await door.getByRole('button', { name: `补登：${names[1]}` }).click()
  await dialog(door).locator('textarea[name=reason]').fill('手机没电，当场见到本人。')
  await dialog(door).locator('input[name=photo]').setInputFiles(photo('study-33.jpg'))
  await settled(door)
  await assertGoodPage(door)
  await picture(door, 'guide-class-door')
  await dialog(door).getByRole('button', { name: '补登', exact: true }).click()
  await gone(door)
  await settled(door)
  await assertGoodPage(door)
  await assertFits(door)
})

walk('the fitness test is held inside the class, its figures from a phone beside the track', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, picture }) => {
  const api = await as(server, 'district_training')
  const { lessons, courses, year } = await klass(api)
  const course = courses.find(({ subject }) => subject === 'fitness')
  const lesson = lessons.find(({ course_id }) => course_id === course.id)
  const day = lesson.from.slice(0, 10)
  await server.restart({ today: lesson.from.slice(0, 16) })

  // A check is called while the lesson runs; who missed it is entered by hand, with a reason.
  await api.post(`/classes/${id}/lessons/${lesson.id}/checks`, { minutes: 5 })
  await open(page, `/classes/${id}/presence`)
  const at = lessons.findIndex((one) => one.id === lesson.id)
  await page.getByRole('row', { name: new RegExp(people[0].name) }).first().locator('td.mark button').nth(at).click()
  await dialog(page).getByRole('radio', { name: /课中抽查/ }).check()
  await dialog(page).locator('textarea[name=reason]').fill('手机没电，当场见到本人。')
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '补登', exact: true }).click()
  await gone(page)
  const seen = (await api.get(`/classes/${id}/presence`)).rows.find((row) => row.staff_no === people[0].staff_no)
  assert.deepEqual([seen.cells[at].checks, seen.cells[at].checks_answered], [1, 1])

  // Planned from the class's results: the day is that of its lesson, the trainees are on the list.
  await open(page, `/classes/${id}/results`)
  await page.getByText('本班还没有安排体能测试').waitFor()
  await assertGoodPage(page)
  await page.getByRole('button', { name: '安排体能测试' }).click()
  await page.waitForFunction(() => /体能测试$/.test(document.querySelector('dialog.panel input[name=title]')?.value ?? '') && document.querySelector('dialog.panel input[name=place]')?.value)
  assert.equal(await dialog(page).locator('input[name=place]').inputValue(), ROOM)
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '安排', exact: true }).click()
  await gone(page)
  const section = page.locator('section[aria-labelledby=cf-head]')
  await section.getByText('名单 40 人').waitFor()
  const test = (await api.get('/fitness/tests', { year })).tests.find((one) => one.class_id === id)
  assert.deepEqual([test.planned_on, test.separate, test.listed], [day, false, 40])

  // The first figure is pressed on the phone, the others go the same way by the API; one does not come.
  const { page: phone } = await visitor('district_training', 'phone')
  await open(phone, `/m/fitness/${test.id}`)
  await phone.getByRole('button', { name: '纵跳摸高' }).click()
  await phone.locator('.people button').first().click()
  const pad = phone.getByRole('dialog')
  for (const digit of '271') await pad.getByRole('button', { name: digit, exact: true }).click()
  await settled(phone)
  await assertGoodPage(phone)
  await assertFits(phone)
  await picture(phone, 'guide-class-fitness-phone')
  await pad.getByRole('button', { name: '保存，下一个' }).click()
  await phone.getByText(/已保存 271厘米/).waitFor()
  const { entries } = await api.get(`/fitness/tests/${test.id}`)
  const FIGURES = { shuttle: '12.9', run1000: '4:20', run800: '4:20' }
  const measured_at = new Date(await clock(api)).toISOString()
  const [away, weak] = entries.filter((row) => row.marks.length === 0).slice(-2)
  const marks = entries
    .filter((row) => row.id !== away.id)
    .flatMap((row) => row.items.map((item) => ({ row, code: item.code })))
    .filter(({ row, code }) => !row.marks.some((mark) => mark.item === code))
    .map(({ row, code }) => ({ key: `walk-${row.id}-${code}`, entry_id: row.id, item: code, text: FIGURES[code] ?? (row.id === weak.id ? '200' : '272'), measured_at }))
  for (let from = 0; from < marks.length; from += 100) {
    const told = await api.post(`/fitness/tests/${test.id}/marks`, { phone: true, marks: marks.slice(from, from + 100) })
    assert.deepEqual(told.filter((one) => !one.stored), [])
  }
  await api.put(`/fitness/tests/${test.id}/people/${away.id}`, { seat: 'absent', reason: '当天值守' })

  // Handed in, and seen in the class's results by squad and by name.
  await section.getByRole('link', { name: '打开体能测试' }).click()
  await page.waitForURL(new RegExp(`/fitness/tests/${test.id}$`))
  // What the phones sent meanwhile is read first.
  await page.getByText(/已测 39 人，合格 38 人/).first().waitFor()
  await page.getByRole('button', { name: '报送成绩' }).click()
  await dialog(page).getByRole('button', { name: '报送', exact: true }).click()
  await page.getByText(/报送成绩。/).first().waitFor()
  await page.getByRole('link', { name: '随集中培训' }).click()
  await page.waitForURL(new RegExp(`/classes/${id}/results$`))
  await section.getByText('名单 40 人，已测 39 人，合格 38 人，缺席 1 人').waitFor()
  await section.getByRole('button', { name: '显示全部 40 人' }).click()
  await section.getByRole('row', { name: new RegExp(weak.name) }).getByText('不合格').waitFor()
  await section.getByRole('row', { name: new RegExp(away.name) }).getByText('缺席').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-class-fitness', { at: page.locator('#cf-head') })
})

walk('the class is evaluated, has results, comes back once for a photo and is closed', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, watch, picture }) => {
  const api = await as(server, 'district_training')
  watch.allow(/status of 409/)
  const { lessons, last_on, courses } = await klass(api)
  const list = (await api.get(`/classes/${id}/trainees`)).rows.filter((row) => row.seat === 'enrolled')
  const own = list.find((row) => row.person_id === people[0].person_id)
  await server.restart({ today: `${later(last_on, 1)}T09:00` })
  // The first trainee was there all the time; the others missed what followed.
  for (const lesson of lessons.slice(1)) {
    await api.post(`/classes/${id}/lessons/${lesson.id}/entries`, { trainee_id: own.id, kind: 'in', at: lesson.from, reason: '网络中断，当场见到本人。' })
  }

  // He evaluates one course on his phone, the others by the API; four more answer for the first course.
  const answers = await signedInAgain(server, people.slice(0, 5))
  const { page: phone } = await visitor(answers[0].account, 'phone')
  await open(phone, `/m/classes/${id}`)
  await assertGoodPage(phone)
  await picture(phone, 'guide-class-phone-3')
  await phone.getByRole('link', { name: new RegExp(courses[0].title) }).first().click()
  await phone.waitForURL(/\/evaluate\/\d+$/)
  for (const group of await phone.getByRole('group').all()) await group.getByText('很好', { exact: true }).click()
  await phone.locator('textarea[name=text]').fill('案例再多一些。')
  await settled(phone)
  await assertGoodPage(phone)
  await picture(phone, 'guide-class-phone-4')
  await phone.getByRole('button', { name: '提交评价' }).click()
  await phone.waitForURL(new RegExp(`/m/classes/${id}$`))
  for (const course of courses.slice(1)) await answers[0].api.post(`/classes/${id}/evaluations`, { course_id: course.id, scores: [5, 4, 5, 4, 5] })
  await open(page, `/classes/${id}/evaluation`)
  await page.getByText(/收到1份，满5份后显示结果/).first().waitFor()
  for (const { api: one } of answers.slice(1)) await one.post(`/classes/${id}/evaluations`, { course_id: courses[0].id, scores: [4, 4, 4, 4, 4], text: '' })
  await open(page, `/classes/${id}/evaluation`)
  await page.getByText('5/40 份').waitFor()
  await page.getByText('4.20').first().waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-class-evaluation')
  await page.getByRole('button', { name: '登记评估' }).click()
  await dialog(page).locator('input[name=evaluator]').fill('区委党校教务科')
  await dialog(page).locator('input[name=score]').fill('92.5')
  await dialog(page).locator('textarea[name=text]').fill('组织有序。')
  await dialog(page).getByRole('button', { name: '登记', exact: true }).click()
  await gone(page)
  await page.getByRole('cell', { name: '92.5' }).first().waitFor()

  // Results from a sheet, each row with its verdict.
  await open(page, `/classes/${id}/results`)
  await page.getByRole('button', { name: '导入成绩' }).click()
  const rows = [['工号', '姓名', '成绩'], ...list.map((row, index) => [row.staff_no, row.name, String(index === 3 ? 55 : 80 + (index % 15))]), ['9999999', '不在班', '90']]
  await dialog(page).locator('input[name=results]').setInputFiles({ name: '成绩.csv', mimeType: 'text/csv', buffer: csv(rows) })
  await dialog(page).getByText('可导入 40 条，与已有相同 0 条，有误 1 条。').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-class-import')
  await dialog(page).getByRole('checkbox', { name: /略过有误/ }).check()
  await dialog(page).getByRole('button', { name: '导入 40 条' }).click()
  await gone(page)
  await page.getByText('合格 39 人，不合格 1 人').waitFor()
  await assertGoodPage(page)

  // The check list says what is missing until nothing is.
  await open(page, `/classes/${id}/closing`)
  await page.getByText('0张，还差3张').first().waitFor()
  assert.ok(await page.getByRole('button', { name: '提交结项' }).isDisabled())
  await assertGoodPage(page)
  await picture(page, 'guide-class-closing')
  const shots = { teaching: [1, 2, 3], fitness: [5, 6, 7], drill_review: [9, 10, 11] }
  const file = (number) => photo(`study-${String(number).padStart(2, '0')}.jpg`)
  for (const [subject, numbers] of Object.entries(shots)) {
    const before = await page.locator('.photos li').count()
    await page.locator(`input[name=m-${subject}]`).setInputFiles(numbers.map(file))
    await page.waitForFunction((count) => document.querySelectorAll('.photos li').length === count, before + 3)
  }
  await page.getByRole('button', { name: '保存总结' }).click()
  await page.getByText('总结已保存。', { exact: true }).waitFor()
  await settled(page, 40_000)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '提交结项' }).click()
  await page.getByText('待审', { exact: true }).waitFor()

  // The city finds that one of the photos does not show the whole class, and sends it back.
  const { page: city } = await visitor('city_training')
  await open(city, `/classes/${id}/closing`)
  await assertGoodPage(city)
  await picture(city, 'guide-class-review')
  await city.getByRole('button', { name: '退回补正' }).click()
  await dialog(city).locator('textarea').fill('授课照片第3张不是全景集体照，请补一张。')
  await dialog(city).getByRole('button', { name: '退回', exact: true }).click()
  await gone(city)
  await open(page, '/')
  const { batch } = await klass(api)
  await page.getByRole('link', { name: new RegExp(`补正结项材料.*第${batch}期`) }).click()
  await page.getByText('授课照片第3张不是全景集体照，请补一张。').first().waitFor()
  await page.getByRole('button', { name: '删除：授课全景集体照片第3张' }).click()
  await page.getByText('2张，还差1张').waitFor()
  assert.ok(await page.getByRole('button', { name: '提交结项' }).isDisabled())
  await page.locator('input[name=m-teaching]').setInputFiles(file(13))
  await page.getByText('2张，还差1张').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '提交结项' }).click()
  await page.getByText('待审', { exact: true }).waitFor()
  await settled(page)
  await assertGoodPage(page)
  await open(city, `/classes/${id}/closing`)
  await city.getByRole('button', { name: '通过结项' }).click()
  await dialog(city).getByRole('button', { name: '通过', exact: true }).click()
  await gone(city)
  await pill(city, '已结项').first().waitFor()
  await settled(city)
  await assertGoodPage(city)

  // Twenty-four hours stand in his ledger, course by course, with where they come from.
  const me = await answers[0].api.get('/assessment/me')
  const part = me.components.find((one) => /集训/.test(one.name))
  assert.deepEqual([part.earned_hours, part.earned_credits], [24, 12], JSON.stringify(part))
  await open(phone, '/m/me')
  await phone.getByRole('heading', { name: /区局集训/ }).waitFor()
  await settled(phone)
  await assertGoodPage(phone)
  await picture(phone, 'guide-class-ledger', { at: phone.getByRole('heading', { name: /区局集训/ }) })
  const { page: ledger } = await visitor(answers[0].account)
  await open(ledger, '/assessment/me')
  for (const course of courses) await ledger.getByText(course.title).first().waitFor()
  await ledger.getByRole('button', { name: /区局集训.*的依据/ }).first().click()
  await ledger.getByRole('dialog').getByText(/规则编号/).first().waitFor()
  await assertGoodPage(ledger)
  const awards = await api.get(`/classes/${id}/awards`)
  const mine = awards.rows.find((row) => row.person_id === people[0].person_id)
  assert.deepEqual([mine.hours, mine.credits, mine.courses.every((one) => one.posted)], [24, 12, true])
  const missed = awards.rows.find((row) => row.person_id === people[20].person_id)
  assert.ok(missed.hours === 0 && missed.courses[0].lacks.length > 0, JSON.stringify(missed))
  await open(page, `/classes/${id}`)
  await page.getByText('已归档').waitFor()
  await settled(page)
  await assertGoodPage(page)

  // Certificates for those who completed it; the page behind the code tells a stranger no more than it must.
  await open(page, `/classes/${id}/results`)
  const papers = await api.get(`/classes/${id}/certificates`)
  assert.ok(papers.some((one) => one.name === people[0].name && one.valid), JSON.stringify(papers))
  await page.getByRole('cell', { name: people[0].name, exact: true }).first().waitFor()
  await assertGoodPage(page)
  const stranger = await (await fetch(new URL(papers.find((one) => one.name === people[0].name).check_path, server.base))).text()
  assert.ok(stranger.includes('区局集中培训') && !stranger.includes(people[0].name) && !stranger.includes(people[0].staff_no), stranger)

  // The class file: every entry is what the list of hashes says, and there is a page to begin with.
  await open(page, `/classes/${id}`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '班级档案' }).click()])
  const files = unzip(readFileSync(await download.path()))
  const { entries } = JSON.parse(files.get('manifest.json').toString('utf8'))
  assert.equal(entries.length, files.size - 1)
  for (const { path, sha256, bytes } of entries) {
    const content = files.get(path)
    assert.deepEqual([createHash('sha256').update(content).digest('hex'), content.length], [sha256, bytes], path)
  }
  // Nine of the closing, and the one that goes with the entry by hand.
  assert.equal(entries.filter(({ path }) => /\.jpe?g$|\.png$/.test(path)).length, 10)
  assert.match(files.get('index.html').toString('utf8'), /区局集中培训/)
  assert.equal(entries.filter(({ path }) => /^体能测试\/.*成绩\.xlsx$/.test(path)).length, 1, 'results of the fitness test are in the file')
})

/** The accounts of before, signed in anew. */
async function signedInAgain(server, some) {
  const found = []
  for (const one of some) {
    const account = { user_name: one.staff_no, password: PASSWORD }
    found.push({ account, api: await Api.signedIn(server.base, account) })
  }
  return found
}
