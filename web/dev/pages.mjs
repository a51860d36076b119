// The pages that the pictures and the accessibility check go through: name, who signs in, address.
const U = process.env.HOME_UNIT ?? '29'
export const DESK = [
  ['sign-in', null, '/sign-in'], ['activate', null, '/activate'], ['password', 'reporter', '/password'],
  ['today-reporter', 'reporter', '/'], ['today-leader', 'leader', '/'], ['today-district', 'district', '/'],
  ['grid-city', 'city', '/study'], ['grid-district', 'district', '/study'], ['records', 'reporter', '/study/records'],
  ['record', 'reporter', `/study/records/${U}/2024-11`], ['record-done', 'reporter', `/study/records/${U}/2024-09`],
  ['review', 'district', '/study/review'], ['review-one', 'district', '/study/review', 'tbody a'], ['tasks', 'city', '/study/tasks'], ['makeups', 'district', '/study/makeups'],
  ['stats', 'district', '/study/stats'], ['sheet', 'district', `/study/sheet/${U}`],
  ['me', 'officer', '/assessment/me'], ['overview', 'city', '/assessment/overview'], ['list', 'district', '/assessment/list'], ['file', 'officer', '/assessment/me', '.page-actions a'],
  ['ledger', 'district', '/assessment/ledger'], ['ledger-one', 'district', '/assessment/ledger/1'], ['rules', 'city', '/assessment/rules'], ['check', 'city', '/assessment/check'], ['what-if', 'city', '/assessment/what-if'],
  ['people', 'district', '/people'], ['person', 'district', '/people/44'], ['units', 'city', '/units/6'], ['roster', 'district', '/roster'], ['roster-one', 'district', '/roster/1'], ['late', 'district', '/people/late-updates'],
  ['accounts', 'sysadmin', '/system/accounts'], ['audit', 'sysadmin', '/system/audit'], ['jobs', 'sysadmin', '/system/jobs'], ['denied', 'officer', '/system/audit'], ['lost', 'officer', '/nowhere'],
]
export const PHONE = [
  ['m-sign-in', null, '/sign-in'], ['m-today', 'reporter', '/m'], ['m-study', 'reporter', '/m/study'], ['m-record', 'reporter', `/m/study/${U}/2024-11`],
  ['m-people', 'reporter', `/m/study/${U}/2024-11`, null, '.steps li:nth-child(2) button'], ['m-photos', 'reporter', `/m/study/${U}/2024-11`, null, '.steps li:nth-child(3) button'], ['m-submit', 'reporter', `/m/study/${U}/2024-11`, null, '.steps li:nth-child(4) button'],
  ['m-done', 'reporter', `/m/study/${U}/2024-09`], ['m-me', 'officer', '/m/me'], ['m-study-officer', 'officer', '/m/study'],
]
/** Panels that open over a page: name, who, address, what to press. */
export const PANELS = [
  ['p-clause', 'officer', '/assessment/me', null, '.chip'], ['p-strip', 'officer', '/assessment/me', null, '.due'], ['p-search', 'city', '/', null, 'button.open'],
  ['p-return', 'district', '/study/review', 'tbody a', 'aside .btn.big >> nth=1'], ['p-task', 'city', '/study/tasks', null, 'li .btn'], ['p-makeup', 'district', '/study/makeups', null, '.page-actions .btn'],
  ['p-event', 'district', '/people/44', null, '.page-actions .btn.primary'], ['p-person', 'district', '/people', null, '.page-actions .btn.primary'], ['p-open', 'sysadmin', '/system/accounts', null, '.page-actions .btn'],
  ['p-roles', 'sysadmin', '/system/accounts', null, 'tbody tr:first-child .btn:last-child'], ['p-commit', 'district', '/roster/1', null, '.page-actions .btn.primary'], ['p-columns', 'district', '/people', null, '.choice .btn'], ['p-user', 'city', '/', null, '.user button'], ['p-unit', 'city', '/units/6', null, '.page-actions .btn.primary'],
]

export async function signIn(page, base, user) {
  await page.goto(`${base}/favicon.svg`)
  await page.evaluate(async (name) => {
    await fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-Chengzhi': '1' } })
    if (name) {
      await fetch('/api/v1/session', {
        method: 'POST',
        headers: { 'X-Chengzhi': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ user_name: name, password: 'x' }),
      })
    }
  }, user)
}

export async function open(page, base, [, , path, follow, press]) {
  await page.goto(base + path, { waitUntil: 'networkidle' })
  if (follow) {
    await page.click(follow)
    await page.waitForLoadState('networkidle')
  }
  if (press) await page.locator(press).first().click()
  await page.waitForTimeout(350)
}
