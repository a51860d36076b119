import type { RouteRecordRaw } from 'vue-router'

const result = { component: () => import('./pages/ResultPage.vue') }

/** The room has no navigation around it: nothing leads away by accident. */
const room = { component: () => import('./pages/SittingPage.vue'), meta: { title: '考试作答', bare: true, person: true } }

export const sittingRoutes: RouteRecordRaw[] = [
  { path: '/exams/mine', component: () => import('./pages/MyExamsPage.vue'), meta: { title: '我的考试', person: true } },
  { path: '/m/exams', component: () => import('./pages/MyExamsPage.vue'), meta: { title: '我的考试', phone: true, person: true } },
  { path: '/exams/mine/:id(\\d+)', ...result, meta: { title: '考试成绩', person: true } },
  { path: '/m/exams/mine/:id(\\d+)', ...result, meta: { title: '考试成绩', phone: true, person: true } },
  { path: '/exams/:exam(\\d+)/sit/:attempt(\\d+)', ...room },
  { path: '/m/exams/:exam(\\d+)/sit/:attempt(\\d+)', ...room },
]
