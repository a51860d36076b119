import type { RouteRecordRaw } from 'vue-router'

export const studyRoutes: RouteRecordRaw[] = [
  { path: '/study/mine', component: () => import('./pages/MinePage.vue'), meta: { title: '我的学习', any: ['study.own'], person: true } },
  { path: '/study', component: () => import('./pages/GridPage.vue'), meta: { title: '科队学习期次', any: ['study.read'], wide: true } },
  {
    path: '/study/records',
    component: () => import('./pages/RecordsPage.vue'),
    meta: { title: '学习填报', any: ['study.report', 'study.read'], wide: true },
  },
  {
    path: '/study/records/:unit(\\d+)/:month(\\d{4}-\\d{2})',
    component: () => import('./pages/RecordPage.vue'),
    meta: { title: '学习记录', any: ['study.read', 'study.report', 'study.review'] },
  },
  { path: '/study/review', component: () => import('./pages/ReviewQueuePage.vue'), meta: { title: '审核', any: ['study.review'] } },
  {
    path: '/study/review/:unit(\\d+)/:month(\\d{4}-\\d{2})',
    component: () => import('./pages/ReviewPage.vue'),
    meta: { title: '审核记录', any: ['study.review'] },
  },
  {
    path: '/study/tasks',
    component: () => import('./pages/TasksPage.vue'),
    meta: { title: '学习任务', any: ['study.task_read', 'study.task'] },
  },
  { path: '/study/makeups', component: () => import('./pages/MakeupsPage.vue'), meta: { title: '补训', any: ['study.makeup', 'study.read'], wide: true } },
  { path: '/study/stats', component: () => import('./pages/StatsPage.vue'), meta: { title: '学习统计', any: ['study.read'], wide: true } },
  {
    path: '/study/sheet/:unit(\\d+)',
    component: () => import('./pages/SheetPage.vue'),
    meta: { title: '年度评价表', any: ['study.read'], wide: true },
  },
]
