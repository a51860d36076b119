import type { RouteRecordRaw } from 'vue-router'

export const studyRoutes: RouteRecordRaw[] = []
