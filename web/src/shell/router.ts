import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from 'vue-router'
import { accountsRoutes } from '@/features/accounts/routes'
import { assessmentRoutes } from '@/features/assessment/routes'
import { classesRoutes } from '@/features/classes/routes'
import { bankRoutes } from '@/features/bank/routes'
import { drillRoutes } from '@/features/drill/routes'
import { examRoutes } from '@/features/exams/routes'
import { facultyRoutes } from '@/features/faculty/routes'
import { fitnessRoutes } from '@/features/fitness/routes'
import { organisationRoutes } from '@/features/organisation/routes'
import { sittingRoutes } from '@/features/sitting/routes'
import { studyRoutes } from '@/features/study/routes'
import { systemRoutes } from '@/features/system/routes'
import { todayRoutes } from '@/features/today/routes'
import { phoneRoutes } from '@/phone/routes'
import { PageLoadError } from '@/api/problem'
import { mayOpen } from './nav'
import { notifyError } from './notices'
import { wantsPhone } from './phone'
import { useSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Reachable without signing in. */
    open?: boolean
    /** Drawn without the shell. */
    bare?: boolean
    phone?: boolean
    any?: string[]
    person?: boolean
    wide?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  ...accountsRoutes,
  ...todayRoutes,
  ...studyRoutes,
  ...bankRoutes,
  ...drillRoutes,
  ...examRoutes,
  ...classesRoutes,
  ...facultyRoutes,
  ...fitnessRoutes,
  ...sittingRoutes,
  ...assessmentRoutes,
  ...organisationRoutes,
  ...systemRoutes,
  ...phoneRoutes,
  { path: '/:rest(.*)*', component: () => import('./NotFound.vue'), meta: { title: '没有这个页面' } },
]

/** The address that was opened anew because a part of it was missing: once, not in a circle. */
const RELOADED = 'chengzhi.reloaded'

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })

  router.beforeEach(async (to, from) => {
    const session = useSession()
    if (!session.loaded) {
      try {
        await session.load()
      } catch {
        session.forget()
        if (!to.meta.open) return { path: '/sign-in', query: { back: to.fullPath, why: 'offline' } }
      }
    }
    if (!session.me) return to.meta.open ? true : { path: '/sign-in', query: to.path === '/' ? {} : { back: to.fullPath } }
    if (session.me.must_change_password && to.path !== '/password') return { path: '/password' }
    if (to.path === '/' && wantsPhone()) return { path: '/m', query: to.query }
    const visitor = { permissions: session.permissions, person_id: session.me.person_id, wide: session.wide }
    if (!mayOpen({ any: to.meta.any ?? [], person: to.meta.person, wide: to.meta.wide }, visitor)) {
      return { path: '/denied', query: { to: to.meta.title ?? '' } }
    }
    // The chosen year travels along the pages.
    if (from.query.year && !to.query.year && !to.meta.open && from.path !== to.path) {
      return { ...to, query: { ...to.query, year: from.query.year } }
    }
    return true
  })

  // Pages come in parts. One that does not arrive leaves the visitor where he is, with a sentence; after a renewal of
  // the system the old parts are gone, and opening the address anew brings the new ones.
  router.onError(async (_error, to) => {
    const reachable = await window.fetch('/healthz').then((answer) => answer.ok, () => false)
    if (reachable && sessionStorage.getItem(RELOADED) !== to.fullPath) {
      sessionStorage.setItem(RELOADED, to.fullPath)
      window.location.assign(to.fullPath)
      return
    }
    notifyError(new PageLoadError())
  })

  router.afterEach((to, _from, failure) => {
    if (!failure) sessionStorage.removeItem(RELOADED)
    document.title = to.meta.title ? `${to.meta.title} · 城执` : '城执 · 教育培训管理系统'
  })
  return router
}
