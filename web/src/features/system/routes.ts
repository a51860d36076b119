import type { RouteRecordRaw } from 'vue-router'

export const systemRoutes: RouteRecordRaw[] = [
  { path: '/system/storage', component: () => import('./pages/StoragePage.vue'), meta: { title: '存储空间', any: ['storage.read'] } },
]
