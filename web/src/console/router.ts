import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { ElMessage, ElMessageBox } from 'element-plus'
import { arrived, is_missing_part, read_anew } from './missing_page'
import { use_session } from './session'
import { may_leave } from './unsaved'
import { words } from './words'

// `needs`: one of these permissions opens the page; without it there would only be refusals to see.
const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign_in', component: () => import('@/account/SignIn.vue') },
  { path: '/', name: 'board', component: () => import('@/board/Board.vue') },
  { path: '/tickets', name: 'tickets', component: () => import('@/tickets/TicketList.vue') },
  { path: '/tickets/new', name: 'new_ticket', component: () => import('@/tickets/NewTicket.vue'), meta: { needs: ['open_ticket'] } },
  { path: '/tickets/:id(\\d+)', name: 'ticket', component: () => import('@/tickets/Ticket.vue'), props: id_of },
  { path: '/customers', name: 'customers', component: () => import('@/customers/Customers.vue'), meta: { needs: ['view_customers'] } },
  { path: '/customers/:id(\\d+)', name: 'customer', component: () => import('@/customers/Customer.vue'), props: id_of, meta: { needs: ['view_customers'] } },
  { path: '/assets', name: 'assets', component: () => import('@/customers/Assets.vue'), meta: { needs: ['view_customers'] } },
  { path: '/assets/:id(\\d+)', name: 'asset', component: () => import('@/customers/Asset.vue'), props: id_of, meta: { needs: ['view_customers'] } },
  { path: '/calls', name: 'calls', component: () => import('@/calls/Calls.vue'), meta: { needs: ['handle_calls'] } },
  { path: '/incidents', name: 'incidents', component: () => import('@/incidents/Incidents.vue'), meta: { needs: ['view_tickets'] } },
  { path: '/incidents/:id(\\d+)', name: 'incident', component: () => import('@/incidents/Incident.vue'), props: id_of, meta: { needs: ['view_tickets'] } },
  { path: '/plans', name: 'plans', component: () => import('@/plans/Plans.vue'), meta: { needs: ['plan_visits'] } },
  { path: '/plans/:id(\\d+)', name: 'plan', component: () => import('@/plans/Plan.vue'), props: id_of, meta: { needs: ['plan_visits'] } },
  { path: '/organisation', name: 'organisation', component: () => import('@/administration/Organisation.vue'), meta: { needs: ['manage_organisation', 'offer_ticket', 'manage_service'] } },
  { path: '/technicians', name: 'technicians', component: () => import('@/workforce/Technicians.vue'), props: unit_of, meta: { needs: ['manage_service'] } },
  { path: '/catalogue', name: 'catalogue', component: () => import('@/catalogue/Catalogue.vue'), meta: { needs: ['edit_catalogue'] } },
  { path: '/users', name: 'users', component: () => import('@/administration/Users.vue'), meta: { needs: ['manage_users'] } },
  { path: '/audit', name: 'audit', component: () => import('@/administration/Audit.vue'), meta: { needs: ['view_audit'] } },
  { path: '/account', name: 'account', component: () => import('@/account/Account.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
]

function id_of(route: { params: Record<string, unknown> }) {
  return { id: Number(route.params['id']) }
}

function unit_of(route: { query: Record<string, unknown> }) {
  return { unit_id: Number(route.query['unit_id']) || undefined }
}

export function may_open(name: string): boolean {
  const needs = routes.find((route) => route.name === name)?.meta?.['needs'] as string[] | undefined
  return !needs || needs.some((permission) => use_session().may(permission))
}

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to, from) => {
  if (to.path === from.path || !use_session().user) return true
  const { t } = words.global
  return may_leave(() => ElMessageBox.confirm(t('record.leave'), { type: 'warning', confirmButtonText: t('record.leave_anyway'), cancelButtonText: t('back') }).then(() => true, () => false))
})

router.beforeEach(async (to) => {
  const session = use_session()
  await session.load().catch(() => undefined)
  if (to.name === 'sign_in') return session.is_ready ? { name: 'board' } : true
  if (!session.is_ready) return { name: 'sign_in', query: { next: to.fullPath } }
  if (may_open(String(to.name))) return true
  ElMessage.warning(words.global.t('nav.not_yours'))
  return { name: 'board' }
})

// Any answer but a proxy's that nobody is behind it.
const is_there = () => fetch('/', { cache: 'no-store' }).then(({ ok }) => ok, () => false)

router.onError((error, to) => {
  if (!is_missing_part(error)) return
  void read_anew(to.fullPath, {
    is_there,
    go: (path) => location.assign(path),
    say_unreachable: () => ElMessage.error(words.global.t('problem.unreachable')),
    memory: sessionStorage,
  })
})
router.afterEach((_to, _from, failure) => {
  if (!failure) arrived(sessionStorage)
})
