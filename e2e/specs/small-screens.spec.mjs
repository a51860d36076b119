// The phone pages of every role at 390, and the pages of daily work at 200 %.
import assert from 'node:assert/strict'
import { ROLES, assertFits, assertGoodPage, open, plainCodes } from '../lib/pages.mjs'
import { as, recordWithPhoto, thisMonth } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

for (const role of ROLES) {
  walk(`${role}: phone pages`, { device: 'phone', as: role }, async ({ page, server }) => {
    for (const path of ['/m', '/m/study', ...(role === 'squad_reporter' ? ['/m/drill'] : []), ...(role.endsWith('_admin') ? [] : ['/m/classes']), '/m/me']) {
      if (path !== '/m') await open(page, path)
      assert.equal(new URL(page.url()).pathname, path)
      await assertGoodPage(page, plainCodes(server))
    }
  })
}

/** What each of them works on all day. */
const WORK = {
  squad_reporter: async (server) => {
    const api = await as(server, 'squad_reporter')
    const { home_unit_id } = await api.me()
    return ['/', '/study/records', `/study/records/${home_unit_id}/${(await thisMonth(api)).month}`, '/assessment/list']
  },
  district_training: async (server) => {
    const { unit, month } = await recordWithPhoto(await as(server, 'district_training'))
    return ['/', '/study', '/study/review', `/study/review/${unit.id}/${month}`, '/people', '/roster', '/units']
  },
  city_training: async () => ['/', '/assessment/overview', '/assessment/what-if', '/study/stats', '/study/tasks'],
}

for (const [role, paths] of Object.entries(WORK)) {
  walk(`${role}: nothing scrolls sideways at 200 %`, { device: 'zoomed', as: role }, async ({ page, server }) => {
    for (const path of await paths(server)) {
      await open(page, path)
      await assertFits(page)
    }
  })
}
