import type { RouteRecordRaw } from 'vue-router'
import { chooseDesk } from '@/shell/phone'

export const phoneRoutes: RouteRecordRaw[] = [
  { path: '/m', component: () => import('./pages/PhoneToday.vue'), meta: { title: '今日', phone: true } },
  { path: '/m/study', component: () => import('./pages/PhoneStudy.vue'), meta: { title: '学习', phone: true } },
  {
    path: '/m/study/:unit(\\d+)/:month(\\d{4}-\\d{2})',
    component: () => import('./pages/PhoneRecord.vue'),
    meta: { title: '填报学习', phone: true, any: ['study.report', 'study.read'] },
  },
  { path: '/m/drill', component: () => import('./pages/PhoneDrill.vue'), meta: { title: '训练', phone: true, any: ['drill.report', 'drill.read'] } },
  {
    path: '/m/drill/:unit(\\d+)/:month(\\d{4}-\\d{2})/:half([12])',
    component: () => import('./pages/PhoneDrillRecord.vue'),
    meta: { title: '填报训练', phone: true, any: ['drill.report', 'drill.read'] },
  },
  { path: '/m/fitness', component: () => import('./pages/PhoneFitnessTests.vue'), meta: { title: '体能', phone: true, any: ['fitness.manage'] } },
  { path: '/m/fitness/:id(\\d+)', component: () => import('./pages/PhoneFitness.vue'), meta: { title: '体能成绩', phone: true, any: ['fitness.manage'] } },
  { path: '/m/me/fitness', component: () => import('./pages/PhoneMyFitness.vue'), meta: { title: '我的体能测试', phone: true, person: true } },
  { path: '/m/me', component: () => import('./pages/PhoneMe.vue'), meta: { title: '我的', phone: true } },
  {
    path: '/m/me/drill',
    component: () => import('@/features/drill/pages/MinePage.vue'),
    meta: { title: '我的训练', phone: true, person: true },
  },
  { path: '/m/me/teaching', component: () => import('./pages/PhoneTeaching.vue'), meta: { title: '我的授课', phone: true, person: true } },
  {
    path: '/m/desk',
    redirect: () => {
      chooseDesk()
      return '/'
    },
  },
]
