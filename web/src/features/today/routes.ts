import type { RouteRecordRaw } from 'vue-router'

export const todayRoutes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./pages/TodayPage.vue'), meta: { title: '今日' } },
]
