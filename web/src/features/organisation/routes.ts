import type { RouteRecordRaw } from 'vue-router'

export const organisationRoutes: RouteRecordRaw[] = [
  { path: '/people', component: () => import('./pages/PeoplePage.vue'), meta: { title: '人员名册', any: ['person.read'], wide: true } },
  {
    path: '/people/late-updates',
    component: () => import('./pages/LateUpdatesPage.vue'),
    meta: { title: '变动迟报', any: ['person.write', 'roster.import'] },
  },
  { path: '/people/:person(\\d+)', component: () => import('./pages/PersonPage.vue'), meta: { title: '人员信息', any: ['person.read'] } },
  { path: '/units', component: () => import('./pages/UnitsPage.vue'), meta: { title: '机构', any: ['unit.read'], wide: true } },
  { path: '/units/:unit(\\d+)', component: () => import('./pages/UnitsPage.vue'), meta: { title: '机构', any: ['unit.read'], wide: true } },
  { path: '/roster', component: () => import('./pages/RosterPage.vue'), meta: { title: '名册导入', any: ['roster.import'] } },
  { path: '/roster/:id(\\d+)', component: () => import('./pages/RosterImportPage.vue'), meta: { title: '名册导入', any: ['roster.import'] } },
]
