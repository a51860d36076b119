import type { RouteRecordRaw } from 'vue-router'

export const bankRoutes: RouteRecordRaw[] = [
  { path: '/bank', component: () => import('./pages/QuestionsPage.vue'), meta: { title: '题库', any: ['bank.read'] } },
  { path: '/bank/questions/new', component: () => import('./pages/EditPage.vue'), meta: { title: '起草题目', any: ['bank.propose'] } },
  { path: '/bank/questions/:id(\\d+)', component: () => import('./pages/QuestionPage.vue'), meta: { title: '题目', any: ['bank.read'] } },
  { path: '/bank/questions/:id(\\d+)/edit', component: () => import('./pages/EditPage.vue'), meta: { title: '修改题目', any: ['bank.propose'] } },
  { path: '/bank/proposals', component: () => import('./pages/ProposalsPage.vue'), meta: { title: '题目审定', any: ['bank.decide'] } },
  { path: '/bank/imports', component: () => import('./pages/ImportsPage.vue'), meta: { title: '题库导入', any: ['bank.propose'] } },
  { path: '/bank/imports/:id(\\d+)', component: () => import('./pages/ImportPage.vue'), meta: { title: '题库导入', any: ['bank.propose'] } },
  { path: '/bank/laws', component: () => import('./pages/LawsPage.vue'), meta: { title: '法律法规', any: ['bank.read'] } },
  { path: '/bank/laws/:id(\\d+)', component: () => import('./pages/LawPage.vue'), meta: { title: '法律法规', any: ['bank.read'] } },
  { path: '/bank/law-texts/:id(\\d+)', component: () => import('./pages/EffectPage.vue'), meta: { title: '条文变动', any: ['bank.decide'] } },
]
