import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { whenSignedOut } from './api/client'
import { queryClient } from './shell/query'
import { makeRouter } from './shell/router'
import { useSession } from './shell/session'
import './shell/theme.css'
import './shell/parts.css'
import './shell/controls.css'
import './shell/print.css'

const app = createApp(App)
app.use(createPinia())
app.use(VueQueryPlugin, { queryClient })
const router = makeRouter()
whenSignedOut(() => {
  useSession().forget()
  queryClient.clear()
  const here = router.currentRoute.value
  if (!here.meta.open) void router.replace({ path: '/sign-in', query: { back: here.fullPath, why: 'ended' } })
})
app.use(router)
app.mount('#app')
