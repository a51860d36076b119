import type { RouteRecordRaw } from 'vue-router'

export const assessmentRoutes: RouteRecordRaw[] = [
  { path: '/assessment/me', component: () => import('./pages/MePage.vue'), meta: { title: '我的考核', person: true } },
  { path: '/assessment/people/:person(\\d+)', component: () => import('./pages/PersonAssessmentPage.vue'), meta: { title: '个人考核' } },
  { path: '/assessment/file/:person(\\d+)', component: () => import('./pages/TrainingFilePage.vue'), meta: { title: '培训档案' } },
  {
    path: '/assessment/overview',
    component: () => import('./pages/OverviewPage.vue'),
    meta: { title: '完成情况', any: ['assessment.read'], wide: true },
  },
  { path: '/assessment/list', component: () => import('./pages/ListPage.vue'), meta: { title: '人员名单', any: ['assessment.read'], wide: true } },
  { path: '/assessment/sessions', component: () => import('./pages/SessionsPage.vue'), meta: { title: '集训场次', any: ['ledger.import'] } },
  { path: '/assessment/ledger', component: () => import('./pages/LedgerPage.vue'), meta: { title: '外部学时导入', any: ['ledger.import'] } },
  { path: '/assessment/ledger/:id(\\d+)', component: () => import('./pages/LedgerImportPage.vue'), meta: { title: '外部学时导入', any: ['ledger.import'] } },
  { path: '/assessment/rules', component: () => import('./pages/RulesPage.vue'), meta: { title: '考核规则', any: ['policy.read'] } },
  { path: '/assessment/check', component: () => import('./pages/CheckPage.vue'), meta: { title: '制度体检', any: ['policy.write'] } },
  { path: '/assessment/what-if', component: () => import('./pages/WhatIfPage.vue'), meta: { title: '试算', any: ['policy.write'] } },
  { path: '/assessment/year', component: () => import('./pages/YearPage.vue'), meta: { title: '年度', any: ['policy.write', 'ledger.import'] } },
]
