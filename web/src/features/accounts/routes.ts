import type { RouteRecordRaw } from 'vue-router'

export const accountsRoutes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: '登录', open: true, bare: true } },
  { path: '/activate', component: () => import('./pages/ActivatePage.vue'), meta: { title: '启用账号', open: true, bare: true } },
  { path: '/password', component: () => import('./pages/PasswordPage.vue'), meta: { title: '修改密码', bare: true } },
  { path: '/denied', component: () => import('@/shell/Denied.vue'), meta: { title: '没有权限' } },
  {
    path: '/system/accounts',
    component: () => import('./pages/AccountsPage.vue'),
    meta: { title: '账号', any: ['account.manage', 'account.reset', 'role.grant'] },
  },
  { path: '/system/audit', component: () => import('./pages/AuditPage.vue'), meta: { title: '审计日志', any: ['audit.read'] } },
  { path: '/system/jobs', component: () => import('./pages/JobsPage.vue'), meta: { title: '后台任务', any: ['job.read'] } },
]
