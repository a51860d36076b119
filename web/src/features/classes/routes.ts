import type { RouteRecordRaw } from 'vue-router'

const RUN = ['class.manage', 'class.review']
/** A class with its parts, each with an address of its own. */
const parts: RouteRecordRaw[] = [
  { path: '', component: () => import('./pages/OverviewPage.vue') },
  { path: 'timetable', component: () => import('./pages/TimetablePage.vue') },
  { path: 'trainees', component: () => import('./pages/TraineesPage.vue') },
  { path: 'presence', component: () => import('./pages/PresencePage.vue') },
  { path: 'evaluation', component: () => import('./pages/EvaluationPage.vue') },
  { path: 'results', component: () => import('./pages/ResultsPage.vue') },
  { path: 'closing', component: () => import('./pages/ClosingPage.vue') },
]

export const classesRoutes: RouteRecordRaw[] = [
  { path: '/classes', component: () => import('./pages/ClassesPage.vue'), meta: { title: '培训班', any: ['class.read'] } },
  { path: '/classes/plans', component: () => import('./pages/PlansPage.vue'), meta: { title: '年度计划', any: ['class.read'], wide: true } },
  { path: '/classes/plans/:id(\\d+)', component: () => import('./pages/PlanPage.vue'), meta: { title: '年度计划', any: ['class.read'], wide: true } },
  { path: '/classes/outlooks', component: () => import('./requests/OutlookPage.vue'), meta: { title: '三年规划', any: ['class.read'], wide: true } },
  { path: '/classes/requests', component: () => import('./requests/RequestsPage.vue'), meta: { title: '培训需求', any: ['class.own'] } },
  { path: '/classes/forecast', component: () => import('./pages/ForecastPage.vue'), meta: { title: '入班预测', any: ['class.read'], wide: true } },
  { path: '/classes/duties', component: () => import('./pages/DutiesPage.vue'), meta: { title: '必训人员', any: ['class.read'], wide: true } },
  { path: '/classes/filings', component: () => import('./pages/FilingsPage.vue'), meta: { title: '报备审阅', any: ['class.review'] } },
  { path: '/classes/groups', component: () => import('./pages/GroupsPage.vue'), meta: { title: '对象分组', any: ['class.manage'] } },
  { path: '/classes/outsiders', component: () => import('./pages/OutsidersPage.vue'), meta: { title: '外来学员', any: ['class.manage'] } },
  {
    path: '/classes/:id(\\d+)',
    component: () => import('./pages/ClassShell.vue'),
    meta: { title: '培训班', any: ['class.read'] },
    children: parts,
  },
  { path: '/classes/:id(\\d+)/lessons/:lesson(\\d+)/screen', component: () => import('./pages/ScreenPage.vue'), meta: { title: '签到屏', bare: true, any: ['class.manage'] } },
  { path: '/m/requests', component: () => import('./requests/RequestsPage.vue'), meta: { title: '培训需求', phone: true, any: ['class.own'] } },
  { path: '/m/classes', component: () => import('./phone/PhoneClasses.vue'), meta: { title: '培训签到', phone: true } },
  { path: '/m/classes/:id(\\d+)', component: () => import('./phone/PhoneClass.vue'), meta: { title: '我的培训班', phone: true, person: true } },
  { path: '/m/classes/:id(\\d+)/evaluate/:course(\\d+)', component: () => import('./phone/PhoneEvaluate.vue'), meta: { title: '评价课程', phone: true, person: true } },
  { path: '/m/classes/:id(\\d+)/door', component: () => import('./phone/PhoneDoor.vue'), meta: { title: '现场考勤', phone: true, any: RUN } },
  // Opened from the room's screen by the phone's camera, perhaps without network and without a session.
  { path: '/m/in/:lesson(\\d+)/:code?', component: () => import('./phone/PhoneSign.vue'), meta: { title: '签到', phone: true, open: true } },
]
