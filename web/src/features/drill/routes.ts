import type { RouteRecordRaw } from 'vue-router'

const SLOT = ':unit(\\d+)/:month(\\d{4}-\\d{2})/:half([12])'

export const drillRoutes: RouteRecordRaw[] = [
  { path: '/drill', component: () => import('./pages/GridPage.vue'), meta: { title: '队列训练期次', any: ['drill.read'], wide: true } },
  {
    path: '/drill/records',
    component: () => import('./pages/RecordsPage.vue'),
    meta: { title: '训练填报', any: ['drill.report', 'drill.read'], wide: true },
  },
  {
    path: `/drill/records/${SLOT}`,
    component: () => import('./pages/RecordPage.vue'),
    meta: { title: '训练记录', any: ['drill.read', 'drill.report', 'drill.review'] },
  },
  { path: '/drill/review', component: () => import('./pages/ReviewQueuePage.vue'), meta: { title: '训练审核', any: ['drill.review'] } },
  { path: `/drill/review/${SLOT}`, component: () => import('./pages/ReviewPage.vue'), meta: { title: '审核训练记录', any: ['drill.review'] } },
  { path: '/drill/mine', component: () => import('./pages/MinePage.vue'), meta: { title: '我的训练', any: [], person: true } },
  { path: '/drill/exemptions', component: () => import('./pages/ExemptionsPage.vue'), meta: { title: '免训', any: ['drill.read'], wide: true } },
  { path: '/drill/contests', component: () => import('./pages/ContestsPage.vue'), meta: { title: '队列会操', any: ['drill.read'], wide: true } },
  { path: '/drill/contests/:id(\\d+)', component: () => import('./pages/ContestPage.vue'), meta: { title: '队列会操', any: ['drill.read'], wide: true } },
  { path: '/drill/instructors', component: () => import('./pages/InstructorsPage.vue'), meta: { title: '队列教官', any: ['drill.read'], wide: true } },
  { path: '/drill/stats', component: () => import('./pages/StatsPage.vue'), meta: { title: '训练统计', any: ['drill.read'], wide: true } },
]
