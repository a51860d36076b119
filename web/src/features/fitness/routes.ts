import type { RouteRecordRaw } from 'vue-router'

export const fitnessRoutes: RouteRecordRaw[] = [
  { path: '/fitness', component: () => import('./pages/YearPage.vue'), meta: { title: '体能测试', any: ['fitness.read'], wide: true } },
  { path: '/fitness/tests', component: () => import('./pages/TestsPage.vue'), meta: { title: '测试安排', any: ['fitness.read'], wide: true } },
  { path: '/fitness/tests/:id(\\d+)', component: () => import('./pages/TestPage.vue'), meta: { title: '体能测试', any: ['fitness.read'], wide: true } },
  { path: '/fitness/waivers', component: () => import('./pages/WaiversPage.vue'), meta: { title: '缓测、免测', any: ['fitness.read'], wide: true } },
  { path: '/fitness/standards', component: () => import('./pages/StandardsPage.vue'), meta: { title: '测试标准', any: ['fitness.read'], wide: true } },
  { path: '/fitness/me', component: () => import('./pages/MinePage.vue'), meta: { title: '我的体能测试', person: true } },
]
