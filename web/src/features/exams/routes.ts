import type { RouteRecordRaw } from 'vue-router'

export const examRoutes: RouteRecordRaw[] = [
  { path: '/exams', component: () => import('./pages/SessionsPage.vue'), meta: { title: '考试场次', any: ['exam.read'], wide: true } },
  { path: '/exams/:id(\\d+)/board', component: () => import('./pages/BoardPage.vue'), meta: { title: '监考看板' } },
  { path: '/exams/:id(\\d+)/marking', component: () => import('./pages/MarkingPage.vue'), meta: { title: '阅卷' } },
  { path: '/exams/:id(\\d+)/:tab(candidates|rooms|papers|results|claims|analysis|report)?', component: () => import('./pages/SessionPage.vue'), meta: { title: '考试场次' } },
]
