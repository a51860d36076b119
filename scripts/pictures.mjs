#!/usr/bin/env node
// The pictures of README and documents, taken from a running demo city:
//
//   node scripts/pictures.mjs --url http://127.0.0.1:8080 --accounts DIR/demo-accounts.json [--out docs/pictures] [NAME…]
//   node scripts/pictures.mjs --walk [--out docs/pictures]
//
// The first form: pages at 1440 saved at 1200 px, phone pages at 390 and doubled. Nothing is submitted, but a draft and an
// import that is only looked at may stay in the demo. The second makes a city of its own and takes the pictures of the
// drill from film to lock (guide-drill-*) and of a class from plan to archive (guide-class-*) on the way of the browser
// tests that walk them; a NAME such as classes-whole takes those of one. Needs `npm ci` in e2e/.
import { spawn } from 'node:child_process'
import { mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Api } from '../e2e/lib/api.mjs'
import { launch, openPage } from '../e2e/lib/browser.mjs'
import { enter, open, settled } from '../e2e/lib/pages.mjs'
import { csv } from '../e2e/lib/sheets.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    accounts: { type: 'string', default: 'demo-data/demo-accounts.json' },
    out: { type: 'string', default: 'docs/pictures' },
    walk: { type: 'boolean', default: false },
  },
})
const MOST_BYTES = 250_000
if (values.walk) process.exit(await walkWithPictures(resolve(values.out)))

/** Runs the walks with pictures; gives their exit code, or 1 when a picture is too large. */
async function walkWithPictures(out) {
  const e2e = fileURLToPath(new URL('../e2e', import.meta.url))
  const child = spawn(process.execPath, ['run.mjs', ...(positionals.length > 0 ? positionals : ['drill-whole', 'classes-whole'])], { cwd: e2e, stdio: 'inherit', env: { ...process.env, CHENGZHI_PICTURES: out } })
  let code = await new Promise((done) => child.on('close', (ended) => done(ended ?? 1)))
  for (const name of (await readdir(out)).filter((found) => /^guide-(drill|class)-/.test(found))) {
    const { size } = await stat(join(out, name))
    if (size <= MOST_BYTES) continue
    console.log(`${name} is larger than ${MOST_BYTES / 1000} kB`)
    code = 1
  }
  return code
}
const accounts = JSON.parse(await readFile(values.accounts, 'utf8'))
const account = (role) => accounts.find((found) => found.role === role)
const api = (role) => Api.signedIn(values.url, account(role))

async function ownRecord() {
  const { home_unit_id, today } = await (await api('squad_reporter')).me()
  return `${home_unit_id}/${today.slice(0, 7)}`
}

/** Name, who looks, where, and what is done before the shutter. */
const PICTURES = [
  ['study-grid', 'district_training', 'desk', () => '/study'],
  ['study-record', 'squad_reporter', 'desk', async () => `/study/records/${await ownRecord()}`],
  [
    'review',
    'district_training',
    'desk',
    async () => {
      const district = await api('district_training')
      const { rows } = await district.get('/study/records', { queue: 'review' })
      const row = rows.find(({ flags }) => flags.some((flag) => flag.includes('照片'))) ?? rows[0]
      return `/study/review/${row.unit_id}/${row.month}`
    },
  ],
  [
    'assessment-person',
    'officer',
    'desk',
    () => '/assessment/me',
    async (page) => {
      await page.getByRole('button', { name: '应得学时的依据' }).click()
      await page.getByRole('dialog').waitFor()
    },
  ],
  ['assessment-overview', 'city_training', 'desk', () => '/assessment/overview'],
  ['leader-today', 'leader', 'desk', () => '/'],
  [
    'faculty-instructor',
    'district_training',
    'desk',
    async () => {
      const { rows } = await (await api('district_training')).get('/faculty/instructors', { kind: 'district', state: 'appointed' })
      const own = await (await api('district_training')).get(`/faculty/instructors/${rows[0].id}`)
      return `/faculty/instructors/${own.instructor.id}`
    },
  ],
  ['faculty-targets', 'city_training', 'desk', () => '/faculty/targets'],
  ['faculty-phone', 'instructor', 'phone', () => '/m/me/teaching'],
  ['city-today', 'city_training', 'desk', () => '/'],
  ['phone-today', 'squad_reporter', 'phone', () => '/m'],
  // Not the first step: the browser's own fields for day and time speak the language of the machine.
  [
    'phone-record',
    'squad_reporter',
    'phone',
    async () => `/m/study/${await ownRecord()}`,
    (page) => page.getByRole('button', { name: /^2\s*人员/ }).click(),
  ],
  ['phone-me', 'officer', 'phone', () => '/m/me'],
  [
    'roster-import',
    'district_training',
    'desk',
    () => '/roster',
    async (page) => {
      const reporter = await api('squad_reporter')
      const unit = await reporter.get(`/units/${(await reporter.me()).home_unit_id}`)
      const people = (await reporter.get('/people', { unit: unit.id, size: 8 })).rows
      const rows = [
        ['工号', '姓名', '单位', '在编', '入职日期'],
        ...people.slice(0, 4).map((p) => [p.staff_no, p.name, unit.name, p.established ? '是' : '否', p.joined_on]),
        ['1399001', '钟小明', unit.name, '是', '2024-10-08'],
        ['1399002', '方晓燕', '东岭镇中队', '是', '2024-10-08'],
        ['1399003', '叶知秋', unit.name, '也许', '2024-13-08'],
        ['1399004', '', unit.name, '是', '2024-10-08'],
      ]
      await page.locator('input[name=file]').setInputFiles({ name: '十一月名册.csv', mimeType: 'text/csv', buffer: csv(rows) })
      await page.waitForURL(/\/roster\/\d+$/)
    },
  ],
  [
    'what-if',
    'city_training',
    'desk',
    () => '/assessment/what-if',
    async (page) => {
      await page.locator('select[name=rule]').selectOption('personnel.absence_kinds')
      await page.locator('input[name=value]').fill('退休、产假、援外支边')
      await page.locator('form').getByRole('button', { name: '试算' }).click()
      await page.getByRole('heading', { name: /结果变化/ }).first().waitFor()
    },
  ],
  ['rule-check', 'city_training', 'desk', () => '/assessment/check'],
  ['units', 'district_training', 'desk', async () => `/units/${(await ownRecord()).split('/')[0]}`],
  [
    'people-person',
    'district_training',
    'desk',
    async () => {
      const { rows } = await (await api('district_training')).get('/people/late-updates')
      return rows.length > 0 ? `/people/${rows[0].person_id}` : '/people'
    },
  ],
  ['accounts', 'system_admin', 'desk', () => '/system/accounts'],
  ['stats', 'city_training', 'desk', () => '/study/stats'],
  ['sheet', 'district_training', 'desk', async () => `/study/sheet/${(await ownRecord()).split('/')[0]}`],
  ['audit', 'audit_admin', 'desk', () => '/system/audit'],
  ['drill-grid', 'district_training', 'desk', () => '/drill'],
  [
    'drill-record',
    'squad_reporter',
    'desk',
    async () => {
      const { home_unit_id, today } = await (await api('squad_reporter')).me()
      return `/drill/records/${home_unit_id}/${today.slice(0, 7)}/${Number(today.slice(8)) > 15 ? 2 : 1}`
    },
  ],
  [
    'drill-review',
    'district_training',
    'desk',
    async () => {
      const { rows } = await (await api('district_training')).get('/drill/records', { queue: 'review' })
      const row = rows.find(({ strong }) => strong > 0) ?? rows[0]
      return `/drill/review/${row.unit_id}/${row.month}/${row.half}`
    },
  ],
  ['phone-drill', 'squad_reporter', 'phone', () => '/m/drill'],
]

const SIZES = {
  desk: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1200 / 1440 },
  phone: { viewport: { width: 390, height: 780 } },
}
/** Those with large photos are drawn smaller. */
const SMALLER = { review: 1000 / 1440 }

await mkdir(values.out, { recursive: true })
const browser = await launch()
let faults = 0
try {
  for (const [name, role, device, where, before] of PICTURES) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const { page, watch, context } = await openPage(browser, values.url, device, { ...SIZES[device], ...(SMALLER[name] ? { deviceScaleFactor: SMALLER[name] } : {}) })
    await enter(page, account(role))
    await open(page, await where())
    if (before) await before(page)
    await settled(page)
    const file = join(values.out, `${name}.png`)
    await page.screenshot({ path: file })
    const { size } = await stat(file)
    console.log(`${file}  ${Math.round(size / 1000)} kB  ${page.url()}`)
    const complaints = [...watch.faults, ...(size > MOST_BYTES ? [`larger than ${MOST_BYTES / 1000} kB`] : [])]
    for (const fault of complaints) console.log(`  ${fault}`)
    faults += complaints.length
    await context.close()
  }
} finally {
  await browser.close()
}
if (faults > 0) process.exitCode = 1
