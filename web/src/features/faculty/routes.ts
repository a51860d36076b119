import type { RouteRecordRaw } from 'vue-router'

export const facultyRoutes: RouteRecordRaw[] = [
  { path: '/faculty', component: () => import('./pages/InstructorsPage.vue'), meta: { title: '教员', any: ['faculty.read'] } },
  { path: '/faculty/instructors/:id(\\d+)', component: () => import('./pages/InstructorPage.vue'), meta: { title: '教员', any: ['faculty.read'] } },
  { path: '/faculty/places', component: () => import('./pages/PlacesPage.vue'), meta: { title: '基地与教室', any: ['faculty.read'] } },
  { path: '/faculty/places/:id(\\d+)', component: () => import('./pages/PlacePage.vue'), meta: { title: '基地与教室', any: ['faculty.read'] } },
  { path: '/faculty/courseware', component: () => import('./pages/CoursewaresPage.vue'), meta: { title: '课程资源', any: ['faculty.read'] } },
  { path: '/faculty/courseware/:id(\\d+)', component: () => import('./pages/CoursewarePage.vue'), meta: { title: '课程资源', any: ['faculty.read'] } },
  { path: '/faculty/teams', component: () => import('./pages/TeamsPage.vue'), meta: { title: '教研与征集', any: ['faculty.read'] } },
  { path: '/faculty/targets', component: () => import('./pages/TargetsPage.vue'), meta: { title: '年度目标', any: ['faculty.read'], wide: true } },
]
